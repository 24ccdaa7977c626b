/**
 * Filters of earlier runs, one a line, the oldest first: `$XDG_STATE_HOME/netwatch/filters`, else
 * `~/.local/state/netwatch/filters` (XDG Base Directory Specification). Whatever is wrong with the file, netwatch runs.
 */
import {isAbsolute, join} from 'node:path';
import {filterLimit, parseFilter} from '../../query/filter/index.ts';
import {addToHistory} from '../../screen/index.tsx';
import {sanitize} from '../../text/sanitize.ts';
import {isNotFound, readBounded, withTimeout, writeAtomic} from './atomic-file.ts';

export type FilterHistory = {
	/** As it was when netwatch began, the oldest first. */
	readonly filters: readonly string[];
	/** Keeps a filter for later runs; that it could not be done is told once, as a notice. */
	remember(filter: string): void;
	/** Resolves when what was to be kept is kept, or when that takes too long. */
	flushed(): Promise<void>;
};

type AddNotice = (level: 'info' | 'warn', source: string, message: string) => void;

/** Where filters are kept; null where there is no home. @param env of netwatch's own process */
export function filterHistoryPath(env: NodeJS.ProcessEnv): string | null {
	const {XDG_STATE_HOME: state = '', HOME: home = ''} = env;
	// The specification has paths that are not absolute ignored.
	if (isAbsolute(state)) return join(state, 'netwatch', 'filters');
	return isAbsolute(home) ? join(home, '.local', 'state', 'netwatch', 'filters') : null;
}

/** @param path null keeps them for this run alone */
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

/** Another netwatch may have written meanwhile: what is there now is read anew. @returns why it was not kept */
async function saveFilter(path: string, filter: string): Promise<string | null> {
	const before = readFilters(path);
	if (before === null) return `the file for them is none of at most ${maxBytes / 1024} kB that can be read`;
	const after = addToHistory(before, filter);
	return after === before ? null : writeAtomic(path, `${after.join('\n')}\n`);
}

/** A hundred filters of a thousand characters, in UTF-8. */
const maxBytes = 512 * 1024;

/** @returns what is in the file and is a filter; null where it is something else, and is left alone */
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
