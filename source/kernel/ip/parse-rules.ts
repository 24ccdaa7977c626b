import {BlockList, isIP} from 'node:net';
import type {FlowSelector, PortRange, RouteFlow} from '../../domain/route.ts';
import {ok, type Result} from '../../shared/result.ts';
import {isRecord, parseList, parseText} from './json.ts';

/** A policy rule. */
export type PolicyRule = FlowSelector & {
	/** The table that it looks up; null where it does something else. */
	table: string | null;
	/** As `ip rule` prints it, without its priority. */
	text: string;
	/** It is one of the three that every namespace has, or does the same. */
	isDefault: boolean;
	/** Null where the rule is for all addresses. */
	from: string | null;
	to: string | null;
	/** It selects by what a route is not asked with here (a mark, a device, a user), or inverts its selection. */
	isOpaque: boolean;
};

/**
 * Parses the answer of `ip -j rule show`, on one line.
 *
 * @param line ip's standard output
 */
// [{"priority":0,"src":"all","table":"local"},{"priority":32765,"src":"all","ipproto":"tcp","dport":443,"table":"100"}]
export const parseRules = (line: string): Result<PolicyRule[]> => {
	const list = parseList(line);
	return list.ok ? ok(list.value.filter(isRecord).map(parseRule)) : list;
};

const parseRule = (rule: Record<string, unknown>): PolicyRule => {
	const table = parseText(rule.table);
	const from = parsePrefix(rule.src, rule.srclen);
	const to = parsePrefix(rule.dst, rule.dstlen);
	const protocol = parseText(rule.ipproto);
	const localPorts = parsePorts(rule, 'sport');
	const peerPorts = parsePorts(rule, 'dport');
	const known = Object.keys(rule).every(key => readKeys.has(key) || key === 'iif_detached');
	const isPlain = known && from === null && to === null && protocol === null && !localPorts && !peerPorts;
	return {
		table,
		from,
		to,
		protocol,
		localPorts,
		peerPorts,
		isDefault: isPlain && table !== null && defaultTables.has(table),
		isOpaque: !known,
		text: ruleText(rule),
	};
};

const defaultTables: ReadonlySet<string> = new Set(['local', 'main', 'default']);

const readKeys: ReadonlySet<string> = new Set([
	...['priority', 'src', 'srclen', 'dst', 'dstlen', 'ipproto', 'table', 'protocol'],
	...['sport', 'sport_start', 'sport_end', 'dport', 'dport_start', 'dport_end'],
]);

/** "from all ipproto tcp dport 443 lookup 100" */
const ruleText = (rule: Record<string, unknown>): string => {
	const words = [
		'not' in rule ? 'not' : null,
		`from ${parsePrefix(rule.src, rule.srclen) ?? 'all'}`,
		labelled('to', parsePrefix(rule.dst, rule.dstlen)),
		labelled('fwmark', parseText(rule.fwmark)),
		labelled('iif', parseText(rule.iif)),
		labelled('oif', parseText(rule.oif)),
		labelled('ipproto', parseText(rule.ipproto)),
		labelled('sport', portsText(parsePorts(rule, 'sport'))),
		labelled('dport', portsText(parsePorts(rule, 'dport'))),
		labelled('lookup', parseText(rule.table)) ?? parseText(rule.action),
	];
	return words.filter(word => word !== null).join(' ');
};

const labelled = (label: string, text: string | null): string | null =>
	text === null ? null : `${label} ${text}`;

const portsText = (range: PortRange | null): string | null =>
	range === null ? null : range[0] === range[1] ? `${range[0]}` : `${range[0]}-${range[1]}`;

/** ip prints one port as `sport`, several as `sport_start` and `sport_end`. */
const parsePorts = (rule: Record<string, unknown>, name: 'sport' | 'dport'): PortRange | null => {
	const low = rule[`${name}_start`] ?? rule[name];
	const high = rule[`${name}_end`] ?? rule[name];
	return typeof low === 'number' && typeof high === 'number' ? [low, high] : null;
};

const parsePrefix = (address: unknown, length: unknown): string | null => {
	if (typeof address !== 'string' || isIP(address) === 0) return null;
	return typeof length === 'number' ? `${address}/${length}` : address;
};

/**
 * The rule that leads to a table.
 *
 * @param addresses source (null where the kernel chooses) and destination of the query
 * @returns null for the tables that every namespace looks up, and where several rules may have led there
 */
export const ruleLeadingTo = (
	rules: readonly PolicyRule[],
	table: string | null,
	{source, destination, flow}: {source: string | null; destination: string; flow: RouteFlow | null},
): PolicyRule | null => {
	const candidates = rules.filter(
		rule =>
			rule.table === table &&
			(rule.isOpaque ||
				(isIn(destination, rule.to) &&
					(source === null || isIn(source, rule.from)) &&
					selectsFlow(rule, flow))),
	);
	const [only, ...others] = candidates;
	return only === undefined || others.length > 0 || only.isDefault ? null : only;
};

const selectsFlow = ({protocol, localPorts, peerPorts}: FlowSelector, flow: RouteFlow | null): boolean =>
	(protocol === null || protocol === flow?.protocol) &&
	hasPort(localPorts, flow?.localPort ?? null) &&
	hasPort(peerPorts, flow?.peerPort ?? null);

const hasPort = (range: PortRange | null, port: number | null): boolean =>
	range === null || (port !== null && port >= range[0] && port <= range[1]);

const isIn = (address: string, prefix: string | null): boolean => {
	if (prefix === null) return true;
	const [network = '', length] = prefix.split('/');
	const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
	if (isIP(address) !== isIP(network)) return false;
	const list = new BlockList();
	list.addSubnet(network, length === undefined ? (family === 'ipv6' ? 128 : 32) : Number(length), family);
	return list.check(address, family);
};
