/**
 * `emit` of a class as an accessor: whoever reads it is about to emit. Reading is over before a listener runs, so no
 * stack trace holds a frame of ours, and what is handed out is the original, unless a look has asked for more.
 */

import type {Emit} from './node-internals.ts';
import {apply, defineProperty, getPrototypeOf} from './primordials.ts';

type EmitOwner = {emit: Emit};

/**
 * @param shouldIntercept looks at the receiver, and says whether the event is wanted, too
 * @param onEvent gets the event before the original does; from then on the program's traces hold one frame more
 */
export function watchEmit<Receiver extends object>(
	prototype: object,
	shouldIntercept: (receiver: Receiver) => boolean | undefined,
	onEvent: (receiver: Receiver, type: unknown, values: ArrayLike<unknown>) => void,
): void {
	const parentPrototype = getPrototypeOf(prototype) as EmitOwner;
	/** What the program has put in the prototype's place, and to be called like the original. */
	let replacement: Emit | null = null;
	const {emit} = {
		emit(this: Receiver, type: string | symbol): boolean {
			// Neither spread nor a rest: they would run the program's Array.prototype[Symbol.iterator], should it have one.
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
		// Assigning must do what it does to a method that is inherited: make an own property of the receiver.
		set(this: object, value: unknown) {
			if (this === prototype && typeof value === 'function') replacement = value as Emit;
			else defineProperty(this, 'emit', {configurable: true, enumerable: true, writable: true, value});
		},
	});
}
