/**
 * The platform functions of the hook, taken at preload: a program may replace timers, clocks or fs later
 * (fake timers, mocked file systems), and must neither break the hook nor see the hook's calls in its mocks.
 */
import diagnosticsChannel from 'node:diagnostics_channel';
import fs, {type BigIntStats} from 'node:fs';
import nodeModule from 'node:module';
import net from 'node:net';
import {fileURLToPath} from 'node:url';
import util from 'node:util';
import workerThreads from 'node:worker_threads';

export const {closeSync, constants, openSync, readlinkSync, statSync, writeSync} = fs;
export const {isIP} = net;
export const {isMainThread, parentPort, threadId} = workerThreads;
/** Since Node 22.14. */
export const isInternalThread: boolean =
	'isInternalThread' in workerThreads && workerThreads.isInternalThread === true;
export const subscribe = diagnosticsChannel.subscribe?.bind(diagnosticsChannel);
export const primordialSetInterval = setInterval;
export const primordialClearInterval = clearInterval;
const {getOwnPropertySymbols} = Object;

/** Finds a symbol that Node put on the object and does not export. */
export function findSymbol(object: object, description: string): symbol | undefined {
	const symbols = getOwnPropertySymbols(object);
	for (let index = 0; index < symbols.length; index++) {
		if (symbols[index]?.description === description) return symbols[index];
	}

	return undefined;
}

export const {apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf} = Reflect;
export const getEffectiveUid: () => number = process.geteuid?.bind(process) ?? (() => 0);
export {fileURLToPath, net};

export type Frame = {scriptName: string; lineNumber: number; columnNumber?: number; column?: number};
/** Captures the frames of the running code without an Error. Since Node 22.12. */
export const getCallSites: ((frames: number, options: {sourceMap: boolean}) => Frame[]) | undefined =
	Reflect.get(util, 'getCallSites');
export const {captureStackTrace} = Error;
export const findSourceMap = nodeModule.findSourceMap?.bind(nodeModule);

const performanceNow = performance.now.bind(performance);
const hrtime = process.hrtime.bind(process);
const monotonic = (): number => {
	// No destructuring: that would run the array iterator, which the program may have replaced.
	const time = hrtime();
	return time[0] * 1000 + time[1] / 1e6;
};
const measureClockOffset = (): number => monotonic() - performanceNow();
/**
 * Preemption between the two clock reads makes the difference too small: the largest of three is the closest.
 */
const clockOffset = Math.max(measureClockOffset(), measureClockOffset(), measureClockOffset());

const {fstatSync} = fs;
const bigintOptions = {bigint: true} as const;

/**
 * With BigInts, which have a buffer of their own in Node. The plain fstat of a FIFO or a socket would stay in
 * the buffer that realpathSync() reads next ("break if a pipe/socket", lib/fs.js): require() would then
 * resolve no symbolic links, and modules linked by pnpm would not be found.
 */
export const fstat = (descriptor: number): BigIntStats => fstatSync(descriptor, bigintOptions);

/**
 * CLOCK_MONOTONIC in ms: one clock for all threads and processes of the host. Before Node 20,
 * performance.now() calls the current process.hrtime, which fake timers replace.
 */
export const now =
	Number.parseInt(process.versions.node, 10) < 20 ? monotonic : () => clockOffset + performanceNow();
