/**
 * The last records, on process.exit(), a natural end and an uncaught exception. A listener of 'exit' would be
 * counted by the program, so `process.emit` is an accessor: when it is read while the process exits, that is the
 * moment. Signals that end the process leave no moment: netwatch sees the pid go.
 */

import {guard} from '../runtime/guard.ts';
import {defineProperty, getPrototypeOf, now} from '../runtime/primordials.ts';
import type {Channel} from '../state/channel.ts';

/** How long the end may wait for a slow netwatch. */
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
			// An object that inherits from process has nothing to do with its end.
			if (this === process) onExit();
			return read();
		},
		// Programs do replace it (signal-exit does), and put back what they found: as without us it becomes an own property.
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

/** The object that stands between process and EventEmitter.prototype: process itself gets no new property. */
const processPrototype = getPrototypeOf(process) as object;
const emitterPrototype = getPrototypeOf(processPrototype) as {emit: unknown};

/** null where listeners of 'exit', which run after this, may still change it. */
function exitCode(): number | null {
	if (process.listenerCount('exit') > 0) return null;
	const {exitCode: code} = process;
	if (code === undefined || code === null) return 0;
	const number = Number(code);
	return Number.isInteger(number) ? number & 0xff : null;
}
