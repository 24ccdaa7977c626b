/** The frames of the running code, without running what the program has put in the way of stack traces. */
import {
	captureStackTrace,
	defineProperty,
	deleteProperty,
	type Frame,
	getCallSites,
	getOwnPropertyDescriptor,
} from './primordials.ts';

const unmapped = {sourceMap: false};

/** @param depth how many frames at most: each costs */
export const framesHere = (depth: number): Frame[] =>
	getCallSites ? getCallSites(depth, unmapped) : framesOfError(depth);

type CallSite = {
	getFileName(): string | null | undefined;
	getLineNumber(): number | null;
	getColumnNumber(): number | null;
};

const keepFrames = (_: unknown, frames: unknown): unknown => frames;

/**
 * Before Node 22.12: V8 captures what `Error.stackTraceLimit` says and Node formats it with `Error.prepareStackTrace`.
 * Both are set for this moment, in which nothing of the program runs. Where they are accessors or frozen, there is
 * no site.
 */
function framesOfError(depth: number): Frame[] {
	// Node asks the global one, and a program may have put another there.
	const global = getOwnPropertyDescriptor(globalThis, 'Error');
	if (global?.value !== Error || typeof captureStackTrace !== 'function') return [];
	return withOwn('stackTraceLimit', depth, () =>
		withOwn('prepareStackTrace', keepFrames, () => {
			const here: {stack?: unknown} = {};
			captureStackTrace(here);
			const {stack} = here;
			return Array.isArray(stack) ? stack.map(frameOf) : [];
		}),
	);
}

function frameOf(site: CallSite): Frame {
	return {
		scriptName: site.getFileName() ?? '',
		lineNumber: site.getLineNumber() ?? 0,
		columnNumber: site.getColumnNumber() ?? 0,
	};
}

function withOwn(
	name: 'stackTraceLimit' | 'prepareStackTrace',
	value: unknown,
	look: () => Frame[],
): Frame[] {
	const own = getOwnPropertyDescriptor(Error, name);
	const settable = own === undefined ? Object.isExtensible(Error) : own.writable === true;
	if (!settable) return [];
	const added = {configurable: true, enumerable: true, writable: true, value};
	defineProperty(Error, name, own === undefined ? added : {value});
	try {
		return look();
	} finally {
		if (own === undefined) deleteProperty(Error, name);
		else defineProperty(Error, name, {value: own.value});
	}
}
