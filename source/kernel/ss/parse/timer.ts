import type {KernelTimer} from '../../../domain/kernel.ts';
import {detachString} from '../../parsing/detach-string.ts';

const timerNames: ReadonlyMap<string, KernelTimer['name']> = new Map([
	['on', 'on'],
	['keepalive', 'keepalive'],
	['timewait', 'timewait'],
	['persist', 'persist'],
	['delack', 'delack'],
]);

/**
 * Parses the inside of `timer:(NAME,EXPIRES,COUNT)`.
 *
 * @param text e.g. `on,21sec,7`, `persist,6.296ms,0`, `keepalive,2min12sec,0`, `on,,0`
 * @param secondsAsMs `3.316ms` means 3.316 seconds, as printed by ss up to iproute2 6.11
 * @returns null where it is no timer; the result is shared: do not change it
 */
export const parseTimer = (text: string, secondsAsMs: boolean): KernelTimer | null => {
	const cache = secondsAsMs ? timerCaches.secondsAsMs : timerCaches.asPrinted;
	const cached = cache.get(text);
	if (cached !== undefined) return cached;
	const timer = parseUncached(text, secondsAsMs);
	if (cache.size >= maxCachedTimers) cache.clear();
	cache.set(detachString(text), timer);
	return timer;
};

/** With keepalive every line of a server has a timer, and thousands have the same text. */
const timerCaches = {
	secondsAsMs: new Map<string, KernelTimer | null>(),
	asPrinted: new Map<string, KernelTimer | null>(),
};
const maxCachedTimers = 4096;

const parseUncached = (text: string, secondsAsMs: boolean): KernelTimer | null => {
	const [name, expires, count] = text.split(',');
	if (name === undefined || expires === undefined || count === undefined || !/^\d{1,9}$/.test(count))
		return null;
	return {
		name: timerNames.get(name) ?? 'unknown',
		ms: parseExpiry(expires, secondsAsMs),
		count: Number(count),
	};
};

// 2min12sec 119min 21sec 3.316sec 3.316ms 816ms 098ms
const expiryPattern = /^(?:(\d{1,6})min)?(?:(\d{1,6}(?:\.\d{1,3})?)sec|(\d{1,6}(?:\.\d{1,3})?)ms)?$/;

const parseExpiry = (text: string, secondsAsMs: boolean): number | null => {
	const match = text === '' ? null : expiryPattern.exec(text);
	if (match === null) return null;
	const [, minutes, seconds, milliseconds] = match;
	const inMs =
		milliseconds === undefined
			? Number(seconds ?? 0) * 1000
			: Number(milliseconds) * (secondsAsMs && milliseconds.includes('.') ? 1000 : 1);
	return Math.round(Number(minutes ?? 0) * 60_000 + inMs);
};
