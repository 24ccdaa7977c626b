/**
 * Numbers as short text of bounded width, so that columns stay aligned. A value that was not observed reads
 * `–`, never 0.
 */
import {sanitize} from '../text/sanitize.ts';
import type {Address} from '../wire/field-types.ts';

export const notObserved = '–';

const byteUnits = ['', 'k', 'M', 'G', 'T', 'P'];

/**
 * @param bytes a size, or a rate in bytes a second
 * @returns at most four characters, in units of 1024: "0", "512", "1.2k", "36M"; `–` for null
 */
export const formatBytes = (bytes: number | null): string => formatScaled(bytes, 1024, byteUnits);

/** As `formatBytes`, in units of 1000: "12", "1.2k", "36M". For counts. */
export const formatCount = (count: number | null): string => formatScaled(count, 1000, byteUnits);

/** A rate with its unit, "1.2k/s", for places that have no column title. */
export const formatRate = (bytesPerSecond: number | null): string =>
	bytesPerSecond === null ? notObserved : `${formatBytes(bytesPerSecond)}/s`;

/** Events a second, for columns with that title: "0", "0.4", "12", "1.2k"; small rates are not rounded to 0. */
export const formatPerSecond = (perSecond: number | null): string =>
	perSecond !== null && perSecond > 0 && perSecond < 9.95
		? Math.max(0.1, perSecond).toFixed(1)
		: formatCount(perSecond);

const formatScaled = (value: number | null, base: number, units: readonly string[]): string => {
	if (value === null || !Number.isFinite(value)) return notObserved;
	let mantissa = Math.max(0, value);
	let unit = 0;
	while (mantissa >= 999.5 && unit < units.length - 1) {
		mantissa /= base;
		unit++;
	}
	const digits =
		unit > 0 && mantissa < 9.95 ? mantissa.toFixed(1) : String(Math.min(999, Math.round(mantissa)));
	return `${digits}${units[unit]}`;
};

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * An age for the table: at most three characters, coarser as it grows, so that a screen of old rows rarely
 * changes.
 *
 * @param ms may be slightly negative, where two clocks were read apart
 * @returns "<1s", "4s", "15s", "12m", "3h", "14d", "20w", "2y", rounded down; `–` for null
 */
export const formatAge = (ms: number | null): string => {
	if (ms === null || !Number.isFinite(ms)) return notObserved;
	if (ms < secondMs) return '<1s';
	if (ms < 10 * secondMs) return `${Math.floor(ms / secondMs)}s`;
	if (ms < minuteMs) return `${5 * Math.floor(ms / (5 * secondMs))}s`;
	if (ms < hourMs) return `${Math.floor(ms / minuteMs)}m`;
	if (ms < dayMs) return `${Math.floor(ms / hourMs)}h`;
	if (ms < 100 * dayMs) return `${Math.floor(ms / dayMs)}d`;
	if (ms < 365 * dayMs) return `${Math.floor(ms / (7 * dayMs))}w`;
	return `${Math.min(99, Math.floor(ms / (365 * dayMs)))}y`;
};

/**
 * A duration for reading: "0.4s", "12s", "3m12s", "2h05m", "3d04h"; `–` for null.
 *
 * @param ms may be slightly negative, which reads "0.0s"
 */
export const formatDuration = (ms: number | null): string => {
	if (ms === null || !Number.isFinite(ms)) return notObserved;
	if (ms < 9_950) return `${Math.max(0, ms / secondMs).toFixed(1)}s`;
	const seconds = Math.round(ms / secondMs);
	if (seconds < 60) return `${seconds}s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) return `${minutes}m${twoDigits(seconds % 60)}s`;
	const hours = Math.floor(minutes / 60);
	if (hours < 24) return `${hours}h${twoDigits(minutes % 60)}m`;
	return `${Math.floor(hours / 24)}d${twoDigits(hours % 24)}h`;
};

/**
 * Milliseconds at a useful precision: "0.05 ms", "12.3 ms", "480 ms", "1.204 s", then as `formatDuration`;
 * `–` for null.
 */
export const formatMs = (ms: number | null): string => {
	if (ms === null || !Number.isFinite(ms)) return notObserved;
	const size = Math.abs(ms);
	if (size >= minuteMs) return formatDuration(ms);
	if (size >= 999.5) return `${(ms / secondMs).toFixed(3)} s`;
	if (size >= 99.95) return `${ms.toFixed(0)} ms`;
	return size >= 0.95 || size === 0 ? `${ms.toFixed(1)} ms` : `${ms.toFixed(2)} ms`;
};

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/**
 * "127.0.0.1:80", "[::1]:80", or a socket's path; `–` for null.
 *
 * @param address may be text from outside: it is sanitized
 */
export const formatAddress = (address: Address | null): string => {
	if (address === null) return notObserved;
	if ('path' in address) return sanitize(address.path) || '(unnamed)';
	return `${formatHost(address)}:${address.port}`;
};

/** The address without its port, bracketed where it is IPv6. */
export const formatHost = (address: {address: string; family: 4 | 6}): string =>
	address.family === 6 ? `[${sanitize(address.address)}]` : sanitize(address.address);

/** The words of a command quoted as one shell line, for display. */
export const formatCommand = (words: readonly string[]): string =>
	words
		.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${sanitize(word).replaceAll("'", "'\\''")}'`))
		.join(' ');

/** How a command ended: "exit code 3", "SIGTERM"; "unknown exit code" where it could not be read. */
export const formatExit = (end: {exitCode: number | null; signal: string | null}): string => {
	if (end.signal !== null) return sanitize(end.signal);
	return end.exitCode === null ? 'unknown exit code' : `exit code ${end.exitCode}`;
};
