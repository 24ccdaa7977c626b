/** The frames of the running code, captured without running the program's own stack-trace code. */
import {
	captureStackTrace,
	defineProperty,
	deleteProperty,
	type Frame,
	getCallSites,
	getOwnPropertyDescriptor,
} from './primordials.ts';

const callSiteOptions = {sourceMap: false};

/** @param depth largest number of frames: each one costs time */
export const captureFrames = (depth: number): Frame[] =>
	getCallSites ? getCallSites(depth, callSiteOptions) : captureFramesFromError(depth);

type CallSite = {
	getFileName(): string | null | undefined;
	getLineNumber(): number | null;
	getColumnNumber(): number | null;
};

const rawCallSites = (_: unknown, frames: unknown): unknown => frames;

/**
 * Before Node 22.12: V8 captures `Error.stackTraceLimit` frames and Node formats them with
 * `Error.prepareStackTrace`. Both are set for this moment, in which no code of the program runs. Where they
 * are accessors or frozen, there is no site.
 */
function captureFramesFromError(depth: number): Frame[] {
	// Node reads the global `Error`, which the program may have replaced.
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
