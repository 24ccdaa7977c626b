/** Parsers of option values. Each throws commander's error, with a message that names the accepted values. */
import {InvalidArgumentError} from 'commander';
import {ruleNames} from '../../model/diagnosis/rules/index.ts';
import {parseFilter} from '../../query/filter/index.ts';
import {nearestName} from '../../query/filter/nearest.ts';
import {cursorWindow} from '../../text/cursor-window.ts';
import {sanitize} from '../../text/sanitize.ts';
import {widthOf} from '../../text/width.ts';

/** `--filter`. @returns the text unchanged @throws a message with a mark below the faulty position */
export function filterText(text: string): string {
	const result = parseFilter(text);
	if (result.ok) return text;
	// As in the prompt, a long filter is cut to the part around the fault.
	const cursor = sanitize(text.slice(0, result.position)).length;
	const {before, underCursor, after} = cursorWindow({text: sanitize(text), cursor}, excerptWidth);
	const pointer = `${' '.repeat(widthOf(before))}^`;
	const shown = `${before}${underCursor}${after}`.trimEnd();
	const hint = result.suggestion === null ? '' : `\n    did you mean ${result.suggestion}?`;
	throw new InvalidArgumentError(`${result.message}\n    ${shown}\n    ${pointer}${hint}`);
}

const excerptWidth = 72;

/** `--ignore`: rule names, separated by commas; the option may be repeated. @throws for an unknown rule */
export function ruleList(text: string, before: readonly string[]): readonly string[] {
	const names = text.split(',').map(name => name.trim());
	for (const name of names) {
		if (ruleNames.includes(name)) continue;
		const suggestion = nearestName(name, ruleNames);
		const hint = suggestion === null ? 'docs/diagnoses.md has their names' : `did you mean ${suggestion}?`;
		throw new InvalidArgumentError(`No rule is called "${sanitize(name)}": ${hint}`);
	}

	return [...new Set([...before, ...names])];
}

/** The process id of `doctor`. @throws when it is none */
export function processId(text: string): number {
	if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
	throw new InvalidArgumentError('It takes the number of a process.');
}

/** `--output`. @throws for an empty name, or one that begins with `-` */
export function outputFile(path: string): string {
	if (path === '') throw new InvalidArgumentError('It takes the name of a file.');
	// An option without its file would consume the next word.
	if (path.startsWith('-'))
		throw new InvalidArgumentError(`It takes a file; if this is its name, write ./${path}`);
	return path;
}

/** A time from 100 to 60,000 ms. @throws for any other value */
export function milliseconds(text: string): number {
	const value = Number(text);
	if (text.trim() !== '' && Number.isFinite(value) && value >= 100 && value <= 60_000) return value;
	throw new InvalidArgumentError('It takes a number of milliseconds from 100 to 60000.');
}

/** A time from 0 to 3600 s. @throws for any other value */
export function seconds(text: string): number {
	const value = Number(text);
	if (text.trim() !== '' && Number.isFinite(value) && value >= 0 && value <= 3600) return value;
	throw new InvalidArgumentError('It takes a number of seconds from 0 to 3600.');
}
