/** What is told of an error that Node made for a system call. Whatever it is, asking runs no code but getters of its own. */
import type {Address} from '../../wire/records.ts';
import {isIP} from './primordials.ts';

type Told = {operation: string; error: string; message: string};

/** @param operation where the error names no system call */
export function errorOf(error: unknown, operation = ''): Told {
	const {syscall, message} = fieldsOf(error);
	return {operation: textOf(syscall) || operation, error: codeOf(error), message: textOf(message)};
}

/** What the system call was asked for: the other end of a connection, or where something was to be bound. */
export function targetOf(error: unknown): Address | null {
	const {address, port} = fieldsOf(error);
	// A port that was left to the kernel is not in the error, and a socket file has none.
	if (typeof address === 'string' && address.includes('/')) return {path: address};
	return addressOf(address, port ?? 0);
}

/** The own end, where the error says it. */
export function sourceOf(error: unknown): Address | null {
	const {localAddress, localPort} = fieldsOf(error);
	return addressOf(localAddress, localPort);
}

export function codeOf(error: unknown): string {
	const {code, name} = fieldsOf(error);
	if (typeof error !== 'object' || error === null) return 'unknown';
	return textOf(code) || textOf(name) || 'Error';
}

export function addressOf(address: unknown, port: unknown): Address | null {
	const family = typeof address === 'string' ? isIP(address) : 0;
	if (typeof address !== 'string' || typeof port !== 'number' || family === 0) return null;
	return {address, port, family: family === 6 ? 6 : 4};
}

const fieldsOf = (error: unknown): {[name: string]: unknown} => Object(error);
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
