/**
 * The fields of a system-call error that are reported. Reading them runs no code but the error's own getters.
 */
import type {Address} from '../../wire/field-types.ts';
import {isIP} from './primordials.ts';

type ErrorFields = {operation: string; error: string; message: string};

/** @param operation used where the error names no system call */
export function errorFields(error: unknown, operation = ''): ErrorFields {
	const {syscall, message} = propertiesOf(error);
	return {
		operation: stringOrEmpty(syscall) || operation,
		error: errorCode(error),
		message: stringOrEmpty(message),
	};
}

/** The target of the system call: the remote end of a connection, or the address of a bind(). */
export function errorTarget(error: unknown): Address | null {
	const {address, port} = propertiesOf(error);
	// The error lacks a port that the kernel was to choose, and a Unix socket has none.
	if (typeof address === 'string' && address.includes('/')) return {path: address};
	return toAddress(address, port ?? 0);
}

/** The local address, where the error carries it. */
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
