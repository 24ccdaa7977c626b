/**
 * What a person has chosen and finds again in later runs: `$XDG_CONFIG_HOME/netwatch/settings.json`, else
 * `~/.config/netwatch/settings.json` (XDG Base Directory Specification). A file that is not understood is never
 * written over, and nothing that is wrong with it keeps netwatch from running.
 */
import {isAbsolute, join} from 'node:path';
import type {ColumnChoice, ColumnChoices} from '../../screen/index.tsx';
import {sanitize} from '../../text/sanitize.ts';
import {inTime, isMissing, readWhole, reasonOf, writeWhole} from './atomic-file.ts';

export type Settings = {
	/** As they were when netwatch began. */
	readonly columns: ColumnChoices;
	/** Writes the choice of one table; what could not be done is told as a notice. */
	keepColumns(list: keyof ColumnChoices, choice: ColumnChoice | null): void;
	/** Resolves when what was to be kept is kept, or when that takes too long. */
	settled(): Promise<void>;
};

const noChoices: ColumnChoices = {connections: null, listeners: null};

type Say = (level: 'info' | 'warn', source: string, message: string) => void;

/** Where settings are kept; null where there is no home. @param env of netwatch's own process */
export function settingsPath(env: NodeJS.ProcessEnv): string | null {
	const {XDG_CONFIG_HOME: config = '', HOME: home = ''} = env;
	// The specification has paths that are not absolute ignored.
	if (isAbsolute(config)) return join(config, 'netwatch', 'settings.json');
	return isAbsolute(home) ? join(home, '.config', 'netwatch', 'settings.json') : null;
}

/**
 * Reads the settings at once; whatever is wrong with them is said, and what is understood of them holds.
 *
 * @param path null keeps nothing
 */
export function openSettings(path: string | null, say: Say): Settings {
	const found = path === null ? nothing : readSettings(path);
	const columns = found.ok ? columnsOf(found.content) : {...noChoices, isWrong: false};
	if (!found.ok) say('warn', 'settings', `${shown(path)} ${found.reason}: it is left alone`);
	else if (columns.isWrong) say('warn', 'settings', `${shown(path)}: its columns are not understood`);
	let saving: Promise<void> = Promise.resolve();

	async function keep(list: keyof ColumnChoices, choice: ColumnChoice | null): Promise<void> {
		const failure = path === null ? 'there is no home directory' : await save(path, list, choice);
		if (failure === null) say('info', 'settings', `the columns are kept in ${shown(path)}`);
		else say('warn', 'settings', `the columns hold for this run alone: ${failure}`);
	}

	return {
		columns: {connections: columns.connections, listeners: columns.listeners},
		keepColumns(list, choice) {
			saving = saving.then(() => keep(list, choice));
		},
		settled: () => inTime(saving),
	};
}

/** The file's content is an object; of other fields than netwatch's own nothing is known, and they stay. */
type Content = Readonly<Record<string, unknown>>;
type Found = {ok: true; content: Content} | {ok: false; reason: string};

const nothing: Found = {ok: true, content: {}};
const version = 1;
/** A file of settings is a handful of lines. */
const mostBytes = 64 * 1024;

function readSettings(path: string): Found {
	let text: string | null;
	try {
		text = readWhole(path, mostBytes);
	} catch (error) {
		if (isMissing(error)) return nothing;
		return {ok: false, reason: `cannot be read (${reasonOf(error)})`};
	}

	if (text === null) return {ok: false, reason: `is no file of at most ${mostBytes / 1024} kB`};
	return parse(text);
}

function parse(text: string): Found {
	let content: unknown;
	try {
		content = JSON.parse(text);
	} catch {
		return {ok: false, reason: 'is not JSON'};
	}

	if (!isObject(content)) return {ok: false, reason: 'holds no JSON object'};
	if (content.version === version) return {ok: true, content};
	return {ok: false, reason: `is not of version ${version}, the only one that this netwatch knows`};
}

function columnsOf({columns}: Content): ColumnChoices & {isWrong: boolean} {
	if (columns === undefined) return {...noChoices, isWrong: false};
	if (!isObject(columns)) return {...noChoices, isWrong: true};
	const connections = choiceOf(columns.connections);
	const listeners = choiceOf(columns.listeners);
	return {
		connections: connections ?? null,
		listeners: listeners ?? null,
		isWrong: connections === undefined || listeners === undefined,
	};
}

/** @returns undefined where it is not understood */
function choiceOf(value: unknown): ColumnChoice | null | undefined {
	if (value === undefined || value === null) return null;
	if (!isObject(value)) return undefined;
	const {order, hidden = []} = value;
	return isNames(order) && isNames(hidden) ? {order, hidden} : undefined;
}

const mostNames = 200;
const mostCharacters = 64;

const isNames = (value: unknown): value is string[] =>
	Array.isArray(value) &&
	value.length <= mostNames &&
	value.every(name => typeof name === 'string' && name.length <= mostCharacters);

const isObject = (value: unknown): value is Content =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Another netwatch may have written meanwhile: what is there now is read anew. @returns why it was not kept */
async function save(
	path: string,
	list: keyof ColumnChoices,
	choice: ColumnChoice | null,
): Promise<string | null> {
	const found = readSettings(path);
	if (!found.ok) return `${shown(path)} ${found.reason}`;
	const {columns: before} = found.content;
	const {[list]: _old, ...others} = isObject(before) ? before : {};
	const columns = choice === null ? others : {...others, [list]: choice};
	const content = {...found.content, version, columns};
	const failure = await writeWhole(path, `${JSON.stringify(content, null, '\t')}\n`);
	return failure === null ? null : `${shown(path)} cannot be written (${failure})`;
}

/** A path for people: the home directory is `~`. */
function shown(path: string | null): string {
	const home = process.env.HOME ?? '';
	const text = path ?? '';
	return sanitize(home.length > 1 && text.startsWith(`${home}/`) ? `~${text.slice(home.length)}` : text);
}
