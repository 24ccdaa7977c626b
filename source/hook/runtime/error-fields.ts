/** What is told of an error that Node made for a system call. Whatever it is, asking runs no code but getters of its own. */
import type {Address} from '../../wire/records.ts';
import {isIP} from './primordials.ts';

type ErrorFields = {operation: string; error: string; message: string};

/** @param operation where the error names no system call */
export function errorFields(error: unknown, operation = ''): ErrorFields {
	const {syscall, message} = propertiesOf(error);
	return {
		operation: stringOrEmpty(syscall) || operation,
		error: errorCode(error),
		message: stringOrEmpty(message),
	};
}

/** What the system call was asked for: the other end of a connection, or where something was to be bound. */
export function errorTarget(error: unknown): Address | null {
	const {address, port} = propertiesOf(error);
	// A port that was left to the kernel is not in the error, and a socket file has none.
	if (typeof address === 'string' && address.includes('/')) return {path: address};
	return toAddress(address, port ?? 0);
}

/** The own end, where the error says it. */
export function errorSource(error: unknown): Address | null {
	const {localAddress, localPort} = propertiesOf(error);
	return toAddress(localAddress, localPort);
}

export function errorCode(error: unknown): string {
	const {code, name} = propertiesOf(error);
	if (typeof error !== 'object' || error === null) return 'unknown';
	return stringOrEmpty(code) || stringOrEmpty(name) || 'Error';
}

export function toAddress(address: unknown, port: unknown): Address | null {
	const family = typeof address === 'string' ? isIP(address) : 0;
	if (typeof address !== 'string' || typeof port !== 'number' || family === 0) return null;
	return {address, port, family: family === 6 ? 6 : 4};
}

const propertiesOf = (error: unknown): {[name: string]: unknown} => Object(error);
export const stringOrEmpty = (value: unknown): string => (typeof value === 'string' ? value : '');
