/** Compares a value between two views of a row. Pure. */
import type {Address} from '../../domain/row.ts';

/** Whether another view has the same value; null where no other view has one. */
export type Agreement = boolean | null;

/** Same address and port; null where one of the two is not known. */
export const sameAddress = (one: Address | null, other: Address | null | undefined): Agreement => {
	if (one === null || other == null) return null;
	if ('path' in one || 'path' in other) return 'path' in one && 'path' in other && one.path === other.path;
	return one.port === other.port && normalizeAddress(one.address) === normalizeAddress(other.address);
};

/** Same address, whatever the port. */
export const sameIpAddress = (address: string | null, end: Address | null): Agreement =>
	address === null || end === null || 'path' in end
		? null
		: normalizeAddress(address) === normalizeAddress(end.address);

const wildcards: ReadonlySet<string> = new Set(['*', '::', '0.0.0.0']);

/** One spelling per address: mapped IPv4 becomes IPv4, a scope is removed, every wildcard becomes `*`. */
const normalizeAddress = (address: string): string => {
	const normalized = address
		.toLowerCase()
		.replace(/^::ffff:(?=\d+\.)/, '')
		.replace(/%.*$/, '');
	return wildcards.has(normalized) ? '*' : normalized;
};
