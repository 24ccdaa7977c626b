/**
 * The last records, on process.exit(), a natural end and an uncaught exception. A listener of 'exit' would be
 * counted by the program, so `process.emit` is an accessor: when it is read while the process exits, that is the
 * moment. Signals that end the process leave no moment: netwatch sees the pid go.
 */

import {defineProperty, getPrototypeOf, now} from './builtins.ts';
import type {Channel} from './channel.ts';
import {observer} from './observers.ts';

/** How long the end may wait for a slow netwatch. */
const patienceMs = 20;

export function watchExit(channel: Channel, finish: () => void): void {
	let told = false;
	let own: unknown;
	const above = getPrototypeOf(process) as {emit: unknown};
	const exiting = observer('exit', () => {
		if (told || (process as {_exiting?: boolean})._exiting !== true) return;
		told = true;
		finish();
		channel.write({type: 'exit', at: now(), exitCode: exitCode()});
		channel.flushAtExit(patienceMs);
	});

	defineProperty(process, 'emit', {
		configurable: true,
		enumerable: false,
		get(this: unknown) {
			// An object that inherits from process, or a copy of it, has nothing to do with ours.
			if (this !== process) return above.emit;
			exiting();
			return own ?? above.emit;
		},
		// Programs do replace it (signal-exit does), and put back what they found.
		set(this: object, value: unknown) {
			if (this === process) own = value;
			else defineProperty(this, 'emit', {configurable: true, enumerable: true, writable: true, value});
		},
	});
}

/** null where listeners of 'exit', which run after this, may still change it. */
function exitCode(): number | null {
	if (process.listenerCount('exit') > 0) return null;
	const {exitCode: code} = process;
	if (code === undefined || code === null) return 0;
	const number = Number(code);
	return Number.isInteger(number) ? number & 0xff : null;
}
