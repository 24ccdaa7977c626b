import type {NetworkInterface} from '../../domain/kernel.ts';
import {ok, type Result} from '../../shared/result.ts';
import {isRecord, parseList} from './json.ts';

export type ParsedInterfaces = {
	/** In the kernel's order. */
	interfaces: NetworkInterface[];
	/** Interfaces beyond the limit, and entries that are not interfaces. */
	omittedCount: number;
};

const maxAddresses = 64;

/**
 * Parses the answer of `ip -j -s -d address show`, on one line.
 *
 * @param line ip's standard output
 * @param maxInterfaces most interfaces returned
 */
// [{"ifindex":2,"link":"n1","ifname":"n0","flags":["UP","LOWER_UP"],"mtu":1500,"operstate":"UP","link_type":"ether",
//   "linkinfo":{"info_kind":"veth"},"addr_info":[{"family":"inet","local":"10.77.0.1","prefixlen":24}],
//   "stats64":{"rx":{"bytes":748,"errors":0,"dropped":0},"tx":{"bytes":748,"errors":0,"dropped":0}}}]
export const parseInterfaces = (line: string, maxInterfaces = 4096): Result<ParsedInterfaces> => {
	const list = parseList(line);
	if (!list.ok) return list;
	const interfaces: NetworkInterface[] = [];
	let omittedCount = 0;
	for (const entry of list.value) {
		const parsedInterface = parseInterface(entry);
		if (parsedInterface !== null && interfaces.length < maxInterfaces) interfaces.push(parsedInterface);
		// ip prints `{}` for an entry that it left out.
		else if (parsedInterface !== null || !isRecord(entry) || Object.keys(entry).length > 0) omittedCount++;
	}
	return ok({interfaces, omittedCount});
};

const parseInterface = (entry: unknown): NetworkInterface | null => {
	if (!isRecord(entry)) return null;
	const name = parseName(entry.ifname);
	const index = parseCount(entry.ifindex);
	if (name === null || index === null) return null;
	const stats = toRecord(entry.stats64) ?? toRecord(entry.stats);
	const [received, sent] = [toRecord(stats?.rx), toRecord(stats?.tx)];
	return {
		name,
		index,
		state: parseWord(entry.operstate) ?? 'UNKNOWN',
		mtu: parseCount(entry.mtu),
		kind: parseWord(toRecord(entry.linkinfo)?.info_kind) ?? linkTypeKind(parseWord(entry.link_type)),
		master: parseName(entry.master),
		addresses: Array.isArray(entry.addr_info)
			? entry.addr_info.slice(0, maxAddresses).flatMap(parseAddresses)
			: [],
		inBytes: parseCount(received?.bytes),
		outBytes: parseCount(sent?.bytes),
		inDropped: parseCount(received?.dropped),
		outDropped: parseCount(sent?.dropped),
		inErrors: parseCount(received?.errors),
		outErrors: parseCount(sent?.errors),
	};
};

/** Kinds that ip gives as the link type alone; hardware has no kind. */
const linkTypeKinds: ReadonlySet<string> = new Set([
	'loopback',
	'ipip',
	'sit',
	'gre',
	'gre6',
	'tunnel6',
	'ppp',
]);

const linkTypeKind = (type: string | null): string | null =>
	type !== null && linkTypeKinds.has(type) ? type : null;

/** What ip prints of an address. (Node 20's isIP() compiles an expression that takes 20 ms of a start.) */
const addressPattern = /^(?:[\d.]{7,15}|[\da-f]*:[\da-f:.]{1,44})$/;

const parseAddresses = (entry: unknown): string[] => {
	if (!isRecord(entry) || typeof entry.local !== 'string' || !addressPattern.test(entry.local)) return [];
	const prefix = parseCount(entry.prefixlen);
	return [prefix === null ? entry.local : `${entry.local}/${prefix}`];
};

/** A device name has at most 15 bytes, and the kernel allows nearly every byte in it. */
const parseName = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' ? value.slice(0, 15).replace(/[^\x21-\x7e]/g, '?') : null;

const parseWord = (value: unknown): string | null =>
	typeof value === 'string' && /^[\x21-\x7e]{1,32}$/.test(value) ? value : null;

const parseCount = (value: unknown): number | null =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;

const toRecord = (value: unknown): Record<string, unknown> | null => (isRecord(value) ? value : null);
