/** The frames of the running code, without running what the program has put in the way of stack traces. */
import {
	captureStackTrace,
	defineProperty,
	deleteProperty,
	type Frame,
	getCallSites,
	getOwnPropertyDescriptor,
} from './primordials.ts';

const callSiteOptions = {sourceMap: false};

/** @param depth how many frames at most: each costs */
export const captureFrames = (depth: number): Frame[] =>
	getCallSites ? getCallSites(depth, callSiteOptions) : captureFramesFromError(depth);

type CallSite = {
	getFileName(): string | null | undefined;
	getLineNumber(): number | null;
	getColumnNumber(): number | null;
};

const rawCallSites = (_: unknown, frames: unknown): unknown => frames;

/**
 * Before Node 22.12: V8 captures what `Error.stackTraceLimit` says and Node formats it with `Error.prepareStackTrace`.
 * Both are set for this moment, in which nothing of the program runs. Where they are accessors or frozen, there is
 * no site.
 */
function captureFramesFromError(depth: number): Frame[] {
	// Node asks the global one, and a program may have put another there.
	const errorDescriptor = getOwnPropertyDescriptor(globalThis, 'Error');
	if (errorDescriptor?.value !== Error || typeof captureStackTrace !== 'function') return [];
	return withErrorProperty('stackTraceLimit', depth, () =>
		withErrorProperty('prepareStackTrace', rawCallSites, () => {
			const holder: {stack?: unknown} = {};
			captureStackTrace(holder);
			const {stack} = holder;
			return Array.isArray(stack) ? stack.map(toFrame) : [];
		}),
	);
}

function toFrame(site: CallSite): Frame {
	return {
		scriptName: site.getFileName() ?? '',
		lineNumber: site.getLineNumber() ?? 0,
		columnNumber: site.getColumnNumber() ?? 0,
	};
}

function withErrorProperty(
	name: 'stackTraceLimit' | 'prepareStackTrace',
	value: unknown,
	capture: () => Frame[],
): Frame[] {
	const own = getOwnPropertyDescriptor(Error, name);
	const isWritable = own === undefined ? Object.isExtensible(Error) : own.writable === true;
	if (!isWritable) return [];
	const added = {configurable: true, enumerable: true, writable: true, value};
	defineProperty(Error, name, own === undefined ? added : {value});
	try {
		return capture();
	} finally {
		if (own === undefined) deleteProperty(Error, name);
		else defineProperty(Error, name, {value: own.value});
	}
}
