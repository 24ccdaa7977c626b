/**
 * Filters of earlier runs, one per line, oldest first: `$XDG_STATE_HOME/netwatch/filters`, else
 * `~/.local/state/netwatch/filters` (XDG Base Directory Specification). No fault of the file stops netwatch.
 */
import {isAbsolute, join} from 'node:path';
import {filterLimit, parseFilter} from '../../query/filter/index.ts';
import {addToHistory} from '../../screen/prompt/history.ts';
import {sanitize} from '../../text/sanitize.ts';
import {isNotFound, readBounded, withTimeout, writeAtomic} from './atomic-file.ts';

export type FilterHistory = {
	/** The history at the start of netwatch, oldest first. */
	readonly filters: readonly string[];
	/** Saves a filter for later runs; a failure is reported once, as a notice. */
	remember(filter: string): void;
	/** Resolves when pending filters are saved, or after a time limit. */
	flushed(): Promise<void>;
};

type AddNotice = (level: 'info' | 'warn', source: string, message: string) => void;

/** Path of the history; null without a home directory. @param env of netwatch's own process */
export function filterHistoryPath(env: NodeJS.ProcessEnv): string | null {
	const {XDG_STATE_HOME: state = '', HOME: home = ''} = env;
	// The specification: relative paths are ignored.
	if (isAbsolute(state)) return join(state, 'netwatch', 'filters');
	return isAbsolute(home) ? join(home, '.local', 'state', 'netwatch', 'filters') : null;
}

/** @param path null saves nothing */
export function openFilterHistory(path: string | null, addNotice: AddNotice): FilterHistory {
	let pendingSave: Promise<void> = Promise.resolve();
	let hasFailed = false;

	async function saveUnlessFailed(filter: string): Promise<void> {
		if (path === null || hasFailed) return;
		const failure = await saveFilter(path, filter);
		hasFailed = failure !== null;
		if (hasFailed) addNotice('info', 'filter', `filters are kept for this run alone: ${failure}`);
	}

	return {
		filters: (path === null ? null : readFilters(path)) ?? [],
		remember(filter) {
			pendingSave = pendingSave.then(() => saveUnlessFailed(filter));
		},
		flushed: () => withTimeout(pendingSave),
	};
}

/**
 * Reads the file again first, since another netwatch may have written it. @returns the reason for a failure
 */
async function saveFilter(path: string, filter: string): Promise<string | null> {
	const before = readFilters(path);
	if (before === null) return `the file for them is none of at most ${maxBytes / 1024} kB that can be read`;
	const after = addToHistory(before, filter);
	return after === before ? null : writeAtomic(path, `${after.join('\n')}\n`);
}

/** Size limit: a hundred filters of a thousand characters, in UTF-8. */
const maxBytes = 512 * 1024;

/** @returns the file's filters; null for a file of any other content, which is left alone */
function readFilters(path: string): readonly string[] | null {
	let text: string | null;
	try {
		text = readBounded(path, maxBytes);
	} catch (error) {
		return isNotFound(error) ? [] : null;
	}

	return text?.split('\n').filter(isFilter).reduce<readonly string[]>(addToHistory, []) ?? null;
}

const isFilter = (line: string): boolean =>
	line.length <= filterLimit && line === sanitize(line) && parseFilter(line).ok;
