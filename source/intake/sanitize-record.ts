import {normalizeAddress} from '../domain/address.ts';
import type {SocketRecord} from '../domain/events.ts';
import {sanitize} from '../text/sanitize.ts';

/** Untrusted text is sanitized at the intake: no control sequence gets further. */
export function sanitizeRecord(record: SocketRecord): SocketRecord {
	const values: Record<string, unknown> = {...record};
	for (const [name, value] of Object.entries(values)) {
		if (typeof value === 'string' && name !== 'type') values[name] = sanitize(value);
		else if (Array.isArray(value)) values[name] = value.map(entry => sanitize(String(entry)));
		else if (typeof value === 'object' && value !== null) values[name] = sanitizeAddress(value);
	}

	// Only texts were replaced, each by a text.
	return values as SocketRecord;
}

/** IPv4 in IPv6 is IPv4 on the wire, in the kernel's table and in the routes: normalized to one form. */
function sanitizeAddress(address: object): object {
	if ('path' in address) return {path: sanitize(String(address.path))};
	if (!('address' in address)) return address;
	const normalized = sanitize(normalizeAddress(String(address.address)));
	return {...address, address: normalized, family: normalized.includes(':') ? 6 : 4};
}
