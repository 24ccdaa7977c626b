import {isIP} from 'node:net';
import type {NetworkInterface} from '../../domain/kernel.ts';
import {type Parsed, parsed, refused} from '../../shared/result.ts';

export type ParsedInterfaces = {
	/** In the kernel's order. */
	interfaces: NetworkInterface[];
	/** Interfaces beyond the limit, and entries that were none. */
	notShown: number;
};

const addressesKept = 64;

/**
 * The answer of `ip -j -s -d address show`, on one line.
 *
 * @param line What ip wrote to its standard output.
 * @param limit Most interfaces told.
 */
// [{"ifindex":2,"link":"n1","ifname":"n0","flags":["UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether",
//   "linkinfo":{"info_kind":"veth"},"addr_info":[{"family":"inet","local":"10.77.0.1","prefixlen":24}],
//   "stats64":{"rx":{"bytes":748,"errors":0,"dropped":0},"tx":{"bytes":748,"errors":0,"dropped":0}}}]
export const parseInterfaces = (line: string, limit = 4096): Parsed<ParsedInterfaces> => {
	let answer: unknown;
	try {
		answer = JSON.parse(line);
	} catch {
		return refused('ip answered with what is no JSON');
	}
	if (!Array.isArray(answer)) return refused('ip answered without a list of interfaces');
	const interfaces: NetworkInterface[] = [];
	let notShown = 0;
	for (const entry of answer) {
		const one = interfaceOf(entry);
		if (one !== null && interfaces.length < limit) interfaces.push(one);
		// ip leaves `{}` behind where it left something out.
		else if (one !== null || !isRecord(entry) || Object.keys(entry).length > 0) notShown++;
	}
	return parsed({interfaces, notShown});
};

const interfaceOf = (entry: unknown): NetworkInterface | null => {
	if (!isRecord(entry)) return null;
	const name = nameOf(entry.ifname);
	const index = countOf(entry.ifindex);
	if (name === null || index === null) return null;
	const stats = recordOf(entry.stats64) ?? recordOf(entry.stats);
	const [received, sent] = [recordOf(stats?.rx), recordOf(stats?.tx)];
	return {
		name,
		index,
		state: wordOf(entry.operstate) ?? 'UNKNOWN',
		mtu: countOf(entry.mtu),
		kind: wordOf(recordOf(entry.linkinfo)?.info_kind) ?? kindOf(wordOf(entry.link_type)),
		master: nameOf(entry.master),
		addresses: Array.isArray(entry.addr_info)
			? entry.addr_info.slice(0, addressesKept).flatMap(addressOf)
			: [],
		inBytes: countOf(received?.bytes),
		outBytes: countOf(sent?.bytes),
		inDropped: countOf(received?.dropped),
		outDropped: countOf(sent?.dropped),
		inErrors: countOf(received?.errors),
		outErrors: countOf(sent?.errors),
	};
};

/** What ip names by its type of link alone; hardware has no kind. */
const kinds: ReadonlySet<string> = new Set(['loopback', 'ipip', 'sit', 'gre', 'gre6', 'tunnel6', 'ppp']);

const kindOf = (type: string | null): string | null => (type !== null && kinds.has(type) ? type : null);

const addressOf = (entry: unknown): string[] => {
	if (!isRecord(entry) || typeof entry.local !== 'string' || isIP(entry.local) === 0) return [];
	// A scope could be anything.
	if (entry.local.includes('%')) return [];
	const prefix = countOf(entry.prefixlen);
	return [prefix === null ? entry.local : `${entry.local}/${prefix}`];
};

/** A name of a device has 15 bytes at most, and the kernel lets nearly every byte into it. */
const nameOf = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' ? value.slice(0, 15).replace(/[^\x21-\x7e]/g, '?') : null;

const wordOf = (value: unknown): string | null =>
	typeof value === 'string' && /^[\x21-\x7e]{1,32}$/.test(value) ? value : null;

const countOf = (value: unknown): number | null =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const recordOf = (value: unknown): Record<string, unknown> | null => (isRecord(value) ? value : null);
