import {normalizeAddress} from '../domain/address.ts';
import {sanitize} from '../text/sanitize.ts';

/**
 * Untrusted text is sanitized at the intake: no control sequence gets further.
 *
 * @returns the record itself where nothing is to be replaced, as in nearly all
 */
export function sanitizeRecord<Record extends {type: string}>(record: Record): Record {
	let sanitized: Record | null = null;
	for (const name in record) {
		const value = record[name];
		const replacement = name === 'type' ? value : sanitizeValue(value);
		if (replacement === value) continue;
		sanitized ??= {...record};
		// Only texts are replaced, each by a text.
		sanitized[name] = replacement as typeof value;
	}

	return sanitized ?? record;
}

function sanitizeValue(value: unknown): unknown {
	if (typeof value === 'string') return sanitize(value);
	if (Array.isArray(value)) return value.map(entry => sanitize(String(entry)));
	return typeof value === 'object' && value !== null ? sanitizeAddress(value) : value;
}

/** IPv4 in IPv6 is IPv4 on the wire, in the kernel's table and in the routes: normalized to one form. */
function sanitizeAddress(address: object): object {
	if ('path' in address) return {path: sanitize(String(address.path))};
	if (!('address' in address)) return address;
	const normalized = sanitize(normalizeAddress(String(address.address)));
	const family = normalized.includes(':') ? 6 : 4;
	const isSame = normalized === address.address && 'family' in address && address.family === family;
	return isSame ? address : {...address, address: normalized, family};
}
