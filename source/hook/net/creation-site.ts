/**
 * The creation site of a socket: the first stack frame that is neither Node's nor below node_modules, mapped
 * by the program's source maps where Node holds them. Accepted sockets have none: no frame of the program is
 * on the stack when they are created.
 */

import {guard} from '../runtime/guard.ts';
import {capturesSites} from '../runtime/options.ts';
import {type Frame, fileURLToPath, findSourceMap, now, statSync} from '../runtime/primordials.ts';
import {captureFrames} from '../runtime/stack-frames.ts';
import type {Context} from '../state/context.ts';

type WithSite = {readonly id: number; site: string | null};

/** Stacks captured in a second; the rest is counted. */
const sitesPerSecond = 50;
/**
 * Includes the frames of Node and of the hook: net.connect() takes 9 to the program's first, http.get() 16, a
 * global fetch() 40.
 */
const defaultDepth = 20;
const maxDepth = 64;
/** Creation sites that are cached after mapping and shortening. */
const cachedSitesLimit = 1000;
/** The wire's limit for a text, in bytes. */
const maxSiteBytes = 512;

let siteBudget = sitesPerSecond;
let refilledAt = 0;
let skippedSites = 0;

/** @returns the number of sockets whose site was not captured because of `sitesPerSecond` */
export const sitesNotTaken = (): number => skippedSites;

/** Captures the site; must run while the program's call is on the stack. */
export const captureSite: (owner: WithSite) => void = capturesSites
	? guard('site', owner => {
			if (!consumeSiteBudget()) skippedSites++;
			else owner.site = currentSite();
		})
	: () => {};

/** Reports the site before the socket's first record: the 'create' stage carries it. */
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

/** Keyed by file, line and column; null for a frame that is not the program's own. */
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
		// A broken source map, or a name that is not a file.
		return truncateSite(`${script}:${line}:${column}`);
	}
}

function mapToSource(script: string, line: number, column: number): string | null {
	// Node holds source maps only where the program enabled them. Reading one costs some 40 ms a megabyte of
	// the program's time.
	const map = isMappableSize(scriptPath(script)) ? findSourceMap?.(script) : undefined;
	const entry = map?.findEntry(line - 1, column - 1);
	if (entry === undefined || !('originalSource' in entry) || !entry.originalSource) {
		return truncateSite(`${displayPath(script)}:${line}:${column}`);
	}

	const {originalSource, originalLine, originalColumn} = entry;
	if (nodeModulesPattern.test(originalSource)) return null;
	return truncateSite(`${displayPath(originalSource)}:${originalLine + 1}:${originalColumn + 1}`);
}

/** Largest script whose source map is read, in bytes: mapping a bundle would block the program noticeably. */
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

/** The path as shown on screen: relative where it is below the directory in which the program started. */
function displayPath(script: string): string {
	const path = scriptPath(script);
	return startDirectoryPrefix !== '/' && path.startsWith(startDirectoryPrefix)
		? path.slice(startDirectoryPrefix.length)
		: path;
}

/** Keeps the end of a long path: it identifies the file better than the beginning. */
function truncateSite(site: string): string {
	const bytes = Buffer.from(site);
	return bytes.length <= maxSiteBytes ? site : `…${bytes.subarray(8 - maxSiteBytes).toString()}`;
}
