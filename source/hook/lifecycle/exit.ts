/**
 * Sends the last records on process.exit(), a natural end and an uncaught exception. A listener of 'exit'
 * would show in the program's listener count, so `process.emit` is an accessor: a read while the process
 * exits marks the moment. A signal that ends the process gives no such moment: netwatch sees the pid
 * disappear.
 */

import {guard} from '../runtime/guard.ts';
import {defineProperty, getPrototypeOf, now} from '../runtime/primordials.ts';
import type {Channel} from '../state/channel.ts';

/** Longest time that the exit waits for a slow netwatch, in ms. */
const flushTimeoutMs = 20;

export function watchExit(channel: Channel, finish: () => void): void {
	let isReported = false;
	const onExit = guard('exit', () => {
		if (isReported || (process as {_exiting?: boolean})._exiting !== true) return;
		isReported = true;
		finish();
		channel.write({type: 'exit', at: now(), exitCode: exitCode()});
		channel.flushAtExit(flushTimeoutMs);
	});

	const accessor = (read: () => unknown): PropertyDescriptor => ({
		configurable: true,
		enumerable: true,
		get() {
			// An object that inherits from process does not end the process.
			if (this === process) onExit();
			return read();
		},
		// Programs (signal-exit, for one) replace `process.emit` and later restore the value they read: the
		// assignment makes an own property, as without the hook.
		set(value: unknown) {
			if (this === process)
				defineProperty(
					this,
					'emit',
					accessor(() => value),
				);
			else defineProperty(this, 'emit', {configurable: true, enumerable: true, writable: true, value});
		},
	});
	defineProperty(
		processPrototype,
		'emit',
		accessor(() => emitterPrototype.emit),
	);
}

/** The object between process and EventEmitter.prototype: process itself gets no new property. */
const processPrototype = getPrototypeOf(process) as object;
const emitterPrototype = getPrototypeOf(processPrototype) as {emit: unknown};

/** @returns null where 'exit' listeners, which run later, may still change the code */
function exitCode(): number | null {
	if (process.listenerCount('exit') > 0) return null;
	const {exitCode: code} = process;
	if (code === undefined || code === null) return 0;
	const number = Number(code);
	return Number.isInteger(number) ? number & 0xff : null;
}
