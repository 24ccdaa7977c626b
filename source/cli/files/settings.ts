/**
 * Saved choices of the user: `$XDG_CONFIG_HOME/netwatch/settings.json`, else
 * `~/.config/netwatch/settings.json` (XDG Base Directory Specification). A file that does not parse is never
 * overwritten, and no fault of the file stops netwatch.
 */
import {isAbsolute, join} from 'node:path';
import {currentColumnId} from '../../domain/fields/index.ts';
import {
	type ColumnChoice,
	type ColumnChoices,
	defaultColumnChoices,
} from '../../screen/state/column-choice.ts';
import {sanitize} from '../../text/sanitize.ts';
import {errorReason, isNotFound, readBounded, withTimeout, writeAtomic} from './atomic-file.ts';

export type Settings = {
	/** The settings at the start of netwatch. */
	readonly columns: ColumnChoices;
	/** Saves the columns of one table; a failure is reported as a notice. */
	saveColumns(list: keyof ColumnChoices, choice: ColumnChoice | null): void;
	/** Resolves when pending choices are saved, or after a time limit. */
	flushed(): Promise<void>;
};

type AddNotice = (level: 'info' | 'warn', source: string, message: string) => void;

/** Path of the settings; null without a home directory. @param env of netwatch's own process */
export function settingsPath(env: NodeJS.ProcessEnv): string | null {
	const {XDG_CONFIG_HOME: config = '', HOME: home = ''} = env;
	// The specification: relative paths are ignored.
	if (isAbsolute(config)) return join(config, 'netwatch', 'settings.json');
	return isAbsolute(home) ? join(home, '.config', 'netwatch', 'settings.json') : null;
}

/**
 * Reads the settings synchronously; faults are reported, and the valid part of the file applies.
 *
 * @param path null saves nothing
 */
export function openSettings(path: string | null, addNotice: AddNotice): Settings {
	const stored = path === null ? emptySettings : readSettings(path);
	const columns = stored.ok ? parseColumns(stored.content) : {...defaultColumnChoices, isWrong: false};
	if (!stored.ok) addNotice('warn', 'settings', `${displayPath(path)} ${stored.reason}: it is left alone`);
	else if (columns.isWrong)
		addNotice('warn', 'settings', `${displayPath(path)}: its columns are not understood`);
	let pendingSave: Promise<void> = Promise.resolve();

	async function saveAndReport(list: keyof ColumnChoices, choice: ColumnChoice | null): Promise<void> {
		const failure = path === null ? 'there is no home directory' : await saveChoice(path, list, choice);
		if (failure === null) addNotice('info', 'settings', `the columns are kept in ${displayPath(path)}`);
		else addNotice('warn', 'settings', `the columns hold for this run alone: ${failure}`);
	}

	return {
		columns: {connections: columns.connections, listeners: columns.listeners},
		saveColumns(list, choice) {
			pendingSave = pendingSave.then(() => saveAndReport(list, choice));
		},
		flushed: () => withTimeout(pendingSave),
	};
}

/** The file's content is an object; unknown fields are kept. */
type SettingsContent = Readonly<Record<string, unknown>>;
type ReadResult = {ok: true; content: SettingsContent} | {ok: false; reason: string};

const emptySettings: ReadResult = {ok: true, content: {}};
const schemaVersion = 1;
/** Size limit: a settings file is a handful of lines. */
const maxBytes = 64 * 1024;

function readSettings(path: string): ReadResult {
	let text: string | null;
	try {
		text = readBounded(path, maxBytes);
	} catch (error) {
		if (isNotFound(error)) return emptySettings;
		return {ok: false, reason: `cannot be read (${errorReason(error)})`};
	}

	if (text === null) return {ok: false, reason: `is no file of at most ${maxBytes / 1024} kB`};
	return parseSettings(text);
}

function parseSettings(text: string): ReadResult {
	let content: unknown;
	try {
		content = JSON.parse(text);
	} catch {
		return {ok: false, reason: 'is not JSON'};
	}

	if (!isObject(content)) return {ok: false, reason: 'holds no JSON object'};
	if (content.version === schemaVersion) return {ok: true, content};
	return {ok: false, reason: `is not of version ${schemaVersion}, the only one that this netwatch knows`};
}

function parseColumns({columns}: SettingsContent): ColumnChoices & {isWrong: boolean} {
	if (columns === undefined) return {...defaultColumnChoices, isWrong: false};
	if (!isObject(columns)) return {...defaultColumnChoices, isWrong: true};
	const connections = parseChoice(columns.connections);
	const listeners = parseChoice(columns.listeners);
	return {
		connections: connections ?? null,
		listeners: listeners ?? null,
		isWrong: connections === undefined || listeners === undefined,
	};
}

/** @returns undefined when it is not valid */
function parseChoice(value: unknown): ColumnChoice | null | undefined {
	if (value === undefined || value === null) return null;
	if (!isObject(value)) return undefined;
	const {order, hidden = []} = value;
	if (!isNameList(order) || !isNameList(hidden)) return undefined;
	// Earlier versions had other names for some columns.
	return {order: order.map(currentColumnId), hidden: hidden.map(currentColumnId)};
}

const maxNames = 200;
const maxNameLength = 64;

const isNameList = (value: unknown): value is string[] =>
	Array.isArray(value) &&
	value.length <= maxNames &&
	value.every(name => typeof name === 'string' && name.length <= maxNameLength);

const isObject = (value: unknown): value is SettingsContent =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads the file again first, since another netwatch may have written it. @returns the reason for a failure
 */
async function saveChoice(
	path: string,
	list: keyof ColumnChoices,
	choice: ColumnChoice | null,
): Promise<string | null> {
	const stored = readSettings(path);
	if (!stored.ok) return `${displayPath(path)} ${stored.reason}`;
	const {columns: before} = stored.content;
	const {[list]: _old, ...others} = isObject(before) ? before : {};
	const columns = choice === null ? others : {...others, [list]: choice};
	const content = {...stored.content, version: schemaVersion, columns};
	const failure = await writeAtomic(path, `${JSON.stringify(content, null, '\t')}\n`);
	return failure === null ? null : `${displayPath(path)} cannot be written (${failure})`;
}

/** A path for display: the home directory is `~`. */
function displayPath(path: string | null): string {
	const home = process.env.HOME ?? '';
	const text = path ?? '';
	return sanitize(home.length > 1 && text.startsWith(`${home}/`) ? `~${text.slice(home.length)}` : text);
}
