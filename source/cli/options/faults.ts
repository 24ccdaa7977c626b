/**
 * What is wrong with option values that only netwatch's own language explains: filters and rules. Loaded where such
 * an option is given.
 */
import {ruleNames} from '../../model/diagnosis/rules/index.ts';
import {parseFilter} from '../../query/filter/index.ts';
import {nearestName} from '../../query/filter/nearest.ts';
import {cursorWindow} from '../../text/cursor-window.ts';
import {sanitize} from '../../text/sanitize.ts';
import {widthOf} from '../../text/width.ts';

/** @returns the fault of a filter, with a mark below its position; null for none */
export function filterFault(text: string): string | null {
	const result = parseFilter(text);
	if (result.ok) return null;
	// As in the prompt, a long filter is cut to the part around the fault.
	const cursor = sanitize(text.slice(0, result.position)).length;
	const {before, underCursor, after} = cursorWindow({text: sanitize(text), cursor}, excerptWidth);
	const pointer = `${' '.repeat(widthOf(before))}^`;
	const shown = `${before}${underCursor}${after}`.trimEnd();
	const hint = result.suggestion === null ? '' : `\n    did you mean ${result.suggestion}?`;
	return `${result.message}\n    ${shown}\n    ${pointer}${hint}`;
}

const excerptWidth = 72;

/** @returns the fault of a list of rules: the first that there is not; null for none */
export function rulesFault(names: readonly string[]): string | null {
	const unknown = names.find(name => !ruleNames.includes(name));
	if (unknown === undefined) return null;
	const suggestion = nearestName(unknown, ruleNames);
	const hint = suggestion === null ? 'docs/diagnoses.md has their names' : `did you mean ${suggestion}?`;
	return `No rule is called "${sanitize(unknown)}": ${hint}`;
}
