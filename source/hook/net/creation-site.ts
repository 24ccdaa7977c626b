/**
 * Where in the program a socket was made: the first frame that is neither Node's nor below node_modules, mapped by
 * the program's source maps where Node holds them. Never asked for sockets that a server accepts: no frame of the
 * program is there when they are made.
 */

import {guard} from '../runtime/guard.ts';
import {capturesSites} from '../runtime/options.ts';
import {type Frame, fileURLToPath, findSourceMap, now, statSync} from '../runtime/primordials.ts';
import {captureFrames} from '../runtime/stack-frames.ts';
import type {Context} from '../state/context.ts';

type WithSite = {readonly id: number; site: string | null};

/** Stacks looked at in a second; more are counted. */
const sitesPerSecond = 50;
/** With Node's own frames and ours: net.connect() takes 9 to the program's, http.get() 16, a global fetch() 40. */
const defaultDepth = 20;
const maxDepth = 64;
/** Places in the program that are remembered, mapped and shortened. */
const cachedSitesLimit = 1000;
/** As much as the wire takes of a text, in bytes. */
const maxSiteBytes = 512;

let siteBudget = sitesPerSecond;
let refilledAt = 0;
let skippedSites = 0;

/** Sockets whose site was not taken: there were too many. */
export const sitesNotTaken = (): number => skippedSites;

/** To be called while the program's call is on the stack. */
export const captureSite: (owner: WithSite) => void = capturesSites
	? guard('site', owner => {
			if (!consumeSiteBudget()) skippedSites++;
			else owner.site = currentSite();
		})
	: () => {};

/** Before the first record of the socket, whose step of creation bears it. */
export function reportSite({channel}: Context, {id, site}: WithSite, at: number): void {
	if (site !== null) channel.write({type: 'site', id, at, site});
}

function currentSite(): string | null {
	const frames = captureFrames(defaultDepth);
	return (
		firstProgramSite(frames) ??
		(frames.length < defaultDepth ? null : firstProgramSite(captureFrames(maxDepth)))
	);
}

function consumeSiteBudget(): boolean {
	const at = now();
	if (at - refilledAt >= 1000) {
		refilledAt = at;
		siteBudget = sitesPerSecond;
	}

	return siteBudget-- > 0;
}

/** By file, line and column: null for a place that is not the program's own. */
const siteCache = new Map<string, string | null>();

function firstProgramSite(frames: readonly Frame[]): string | null {
	for (let index = 0; index < frames.length; index++) {
		const {scriptName = '', lineNumber = 0, columnNumber, column: oldColumn = 1} = frames[index] ?? {};
		if (scriptName === '' || scriptName === __filename || scriptName.startsWith('node:')) continue;
		const column = columnNumber ?? oldColumn;
		const key = `${scriptName}:${lineNumber}:${column}`;
		let site = siteCache.get(key);
		if (site === undefined) {
			site = resolveSite(scriptName, lineNumber, column);
			if (siteCache.size < cachedSitesLimit) siteCache.set(key, site);
		}

		if (site !== null) return site;
	}

	return null;
}

const nodeModulesPattern = /[\\/]node_modules[\\/]/;

function resolveSite(script: string, line: number, column: number): string | null {
	if (nodeModulesPattern.test(script)) return null;
	try {
		return mapToSource(script, line, column);
	} catch {
		// A broken source map, or a name that is no file's.
		return truncateSite(`${script}:${line}:${column}`);
	}
}

function mapToSource(script: string, line: number, column: number): string | null {
	// Node holds them only where the program has asked it to. Reading one takes some 40 ms a megabyte, in the program.
	const map = isMappableSize(scriptPath(script)) ? findSourceMap?.(script) : undefined;
	const entry = map?.findEntry(line - 1, column - 1);
	if (entry === undefined || !('originalSource' in entry) || !entry.originalSource) {
		return truncateSite(`${displayPath(script)}:${line}:${column}`);
	}

	const {originalSource, originalLine, originalColumn} = entry;
	if (nodeModulesPattern.test(originalSource)) return null;
	return truncateSite(`${displayPath(originalSource)}:${originalLine + 1}:${originalColumn + 1}`);
}

/** Source maps are read of scripts up to this size, in bytes: a bundle's would stop the program for a while. */
const maxMappedScriptBytes = 200_000;

const isMappableSize = (path: string): boolean =>
	(statSync(path, {bigint: true, throwIfNoEntry: false})?.size ?? 0) <= maxMappedScriptBytes;

const startDirectoryPrefix = `${startDirectory()}/`;

function startDirectory(): string {
	try {
		return process.cwd();
	} catch {
		return '';
	}
}

const scriptPath = (script: string): string =>
	script.startsWith('file://') ? fileURLToPath(script) : script;

/** As a person names it: a path, from the directory where the program started if it is below that. */
function displayPath(script: string): string {
	const path = scriptPath(script);
	return startDirectoryPrefix !== '/' && path.startsWith(startDirectoryPrefix)
		? path.slice(startDirectoryPrefix.length)
		: path;
}

/** The end of a long path tells more than its begin. */
function truncateSite(site: string): string {
	const bytes = Buffer.from(site);
	return bytes.length <= maxSiteBytes ? site : `…${bytes.subarray(8 - maxSiteBytes).toString()}`;
}
