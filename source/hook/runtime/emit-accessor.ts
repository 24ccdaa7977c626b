/**
 * `emit` of a class as an accessor: a read announces an event. The read is over before a listener runs, so no
 * stack trace holds a frame of the hook; the read returns the original, unless `shouldIntercept` says
 * otherwise.
 */

import type {Emit} from './node-internals.ts';
import {apply, defineProperty, getPrototypeOf} from './primordials.ts';

type EmitOwner = {emit: Emit};

/**
 * @param shouldIntercept checks the receiver, and returns true to see the event itself
 * @param onEvent gets the event before the original does; the program's stack traces then hold one frame more
 */
export function watchEmit<Receiver extends object>(
	prototype: object,
	shouldIntercept: (receiver: Receiver) => boolean | undefined,
	onEvent: (receiver: Receiver, type: unknown, values: ArrayLike<unknown>) => void,
): void {
	const parentPrototype = getPrototypeOf(prototype) as EmitOwner;
	/** The function that the program assigned to the prototype's `emit`; it is called like the original. */
	let replacement: Emit | null = null;
	const {emit} = {
		emit(this: Receiver, type: string | symbol): boolean {
			// Neither spread nor rest: they would run Array.prototype[Symbol.iterator], which the program may have
			// replaced.
			// biome-ignore lint/complexity/noArguments: as they came
			const values = arguments;
			onEvent(this, type, values);
			return apply(replacement ?? parentPrototype.emit, this, values) === true;
		},
	};

	defineProperty(prototype, 'emit', {
		configurable: true,
		enumerable: true,
		get(this: Receiver): unknown {
			return shouldIntercept(this) === true ? emit : (replacement ?? parentPrototype.emit);
		},
		// An assignment makes an own property of the receiver, as it does with an inherited method.
		set(this: object, value: unknown) {
			if (this === prototype && typeof value === 'function') replacement = value as Emit;
			else defineProperty(this, 'emit', {configurable: true, enumerable: true, writable: true, value});
		},
	});
}
