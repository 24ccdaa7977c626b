/**
 * Where in the program a socket was made: the first frame that is neither Node's nor below node_modules, mapped by
 * the program's source maps where Node holds them. Never asked for sockets that a server accepts: no frame of the
 * program is there when they are made.
 */

import {observer} from '../runtime/guard.ts';
import {takesSites} from '../runtime/options.ts';
import {type Frame, fileURLToPath, findSourceMap, now, statSync} from '../runtime/primordials.ts';
import {framesHere} from '../runtime/stack-frames.ts';
import type {Context} from '../state/context.ts';

type Marked = {readonly id: number; site: string | null};

/** Stacks looked at in a second; more are counted. */
const sitesASecond = 50;
/** With Node's own frames and ours: net.connect() takes 9 to the program's, http.get() 16, a global fetch() 40. */
const usualDepth = 20;
const greatestDepth = 64;
/** Places in the program that are remembered, mapped and shortened. */
const placesKept = 1000;
/** As much as the wire takes of a text, in bytes. */
const longest = 512;

let left = sitesASecond;
let refilledAt = 0;
let notTaken = 0;

/** Sockets whose site was not taken: there were too many. */
export const sitesNotTaken = (): number => notTaken;

/** To be called while the program's call is on the stack. */
export const takeSite: (marked: Marked) => void = takesSites
	? observer('site', marked => {
			if (!isAffordable()) notTaken++;
			else marked.site = siteHere();
		})
	: () => {};

/** Before the first record of the socket, whose step of creation bears it. */
export function tellSite({channel}: Context, {id, site}: Marked, at: number): void {
	if (site !== null) channel.write({type: 'site', id, at, site});
}

function siteHere(): string | null {
	const frames = framesHere(usualDepth);
	return (
		firstOfProgram(frames) ?? (frames.length < usualDepth ? null : firstOfProgram(framesHere(greatestDepth)))
	);
}

function isAffordable(): boolean {
	const at = now();
	if (at - refilledAt >= 1000) {
		refilledAt = at;
		left = sitesASecond;
	}

	return left-- > 0;
}

/** By file, line and column: null for a place that is not the program's own. */
const places = new Map<string, string | null>();

function firstOfProgram(frames: readonly Frame[]): string | null {
	for (let index = 0; index < frames.length; index++) {
		const {scriptName = '', lineNumber = 0, columnNumber, column: oldColumn = 1} = frames[index] ?? {};
		if (scriptName === '' || scriptName === __filename || scriptName.startsWith('node:')) continue;
		const column = columnNumber ?? oldColumn;
		const key = `${scriptName}:${lineNumber}:${column}`;
		let place = places.get(key);
		if (place === undefined) {
			place = placeOf(scriptName, lineNumber, column);
			if (places.size < placesKept) places.set(key, place);
		}

		if (place !== null) return place;
	}

	return null;
}

const library = /[\\/]node_modules[\\/]/;

function placeOf(script: string, line: number, column: number): string | null {
	if (library.test(script)) return null;
	try {
		return mapped(script, line, column);
	} catch {
		// A broken source map, or a name that is no file's.
		return bounded(`${script}:${line}:${column}`);
	}
}

function mapped(script: string, line: number, column: number): string | null {
	// Node holds them only where the program has asked it to. Reading one takes some 40 ms a megabyte, in the program.
	const map = isSmall(pathOf(script)) ? findSourceMap?.(script) : undefined;
	const entry = map?.findEntry(line - 1, column - 1);
	if (entry === undefined || !('originalSource' in entry) || !entry.originalSource) {
		return bounded(`${fileOf(script)}:${line}:${column}`);
	}

	const {originalSource, originalLine, originalColumn} = entry;
	if (library.test(originalSource)) return null;
	return bounded(`${fileOf(originalSource)}:${originalLine + 1}:${originalColumn + 1}`);
}

/** Source maps are read of scripts up to this size, in bytes: a bundle's would stop the program for a while. */
const mappedSize = 200_000;

const isSmall = (path: string): boolean =>
	(statSync(path, {bigint: true, throwIfNoEntry: false})?.size ?? 0) <= mappedSize;

const below = `${directory()}/`;

function directory(): string {
	try {
		return process.cwd();
	} catch {
		return '';
	}
}

const pathOf = (script: string): string => (script.startsWith('file://') ? fileURLToPath(script) : script);

/** As a person names it: a path, from the directory where the program started if it is below that. */
function fileOf(script: string): string {
	const path = pathOf(script);
	return below !== '/' && path.startsWith(below) ? path.slice(below.length) : path;
}

/** The end of a long path tells more than its begin. */
function bounded(site: string): string {
	const bytes = Buffer.from(site);
	return bytes.length <= longest ? site : `…${bytes.subarray(8 - longest).toString()}`;
}
