/** Texts of the text columns at a given width: the longest form that fits. */
import {formatAddress, formatAge, formatCount, formatHost, notObserved} from '../../domain/format.ts';
import type {AcceptQueueView, Address, RouteView, Row} from '../../domain/row.ts';
import {sanitize} from '../../text/sanitize.ts';
import {truncate, widthOf} from '../../text/width.ts';

/** Least width that shows a full address instead of its port. */
export const minFullAddressWidth = 15;

/**
 * "server.js 4712"; in a narrow column "server.js" where that name is enough, else "server 4712", then
 * "ser… 4712".
 *
 * @param isUnique no other process runs this program
 */
export const processText = (row: Row, width: number, isUnique: boolean): string => {
	const pid = row.pid === null ? notObserved : String(row.pid);
	const program = sanitize(row.program);
	if (program === '') return pid;
	const stem = program.replace(/\.[cm]?[jt]sx?$/, '');
	const full = `${program} ${pid}`;
	if (widthOf(full) <= width) return full;
	if (isUnique) return widthOf(program) <= width ? program : stem;
	const room = width - pid.length - 1;
	return room < 1 ? pid : `${truncate(stem, room)} ${pid}`;
};

/**
 * "draining 12s", "connect 2/3 4s"; a failed row shows its code: "failed ECONNREFUSED", then "ECONNREFUSED".
 */
export const stageText = (row: Row, now: number, width: number): string => {
	const code = row.stage === 'failed' && row.error !== null ? sanitize(row.error.code) : '';
	if (code !== '') return firstThatFits([`failed ${code}`, code, 'failed'], width);
	const attempt = row.stage === 'connect' && row.attempt !== null && row.attempt.of > 1 ? row.attempt : null;
	const word = attempt ? `connect ${attempt.n}/${attempt.of}` : row.stage;
	return firstThatFits([`${word} ${ageText(row, now - row.stageSince)}`, word], width);
};

/**
 * ">4s" for a kernel-only row: it is older than its first snapshot.
 *
 * @param ms the time since the row's first snapshot or event
 */
export const ageText = (row: Row, ms: number): string => {
	if (!isKernelOnly(row)) return formatAge(ms);
	return ms < 1000 ? '>0s' : `>${formatAge(ms)}`;
};

export const isKernelOnly = ({id}: Row): boolean => id.startsWith('k.');

/** "request 3", "idle after 3 requests", "17 streams, 2 open"; null without a request count. */
export const requestsText = ({http}: Row): string | null => {
	if (http === null || http.requests === null) return null;
	const {protocol, requests, open} = http;
	const noun = protocol === 'h2' ? 'stream' : 'request';
	const all = `${requests} ${noun}${requests === 1 ? '' : 's'}`;
	if (open === null) return all;
	if (open === 0) return `idle after ${all}`;
	return protocol === 'h2' || open > 1 ? `${all}, ${open} open` : `request ${requests}`;
};

/** "3 connections of at most 10, 2 dropped"; null for a row that is no listener. */
export const connectionsText = ({connections: serving}: Pick<Row, 'connections'>): string | null => {
	if (serving === null) return null;
	const {connections, maxConnections, drops} = serving;
	const limit = maxConnections === null ? '' : ` of at most ${maxConnections}`;
	const dropped = drops === 0 ? '' : `, ${drops} dropped`;
	return `${connections} connection${connections === 1 ? '' : 's'}${limit}${dropped}`;
};

/** The whole address where there is room, else the port. */
export const localText = (local: Address, width: number): string => {
	if (width >= minFullAddressWidth) return formatAddress(toPlainIpv4(local));
	return 'path' in local ? 'unix' : String(local.port);
};

const arrows = {client: '→', server: '←', listener: '•'} as const;

/** Outbound, inbound, listening (also a UDP socket without a peer: it receives from any). '?': not known. */
export const directionArrow = ({role, kind, local, peer}: Row): '→' | '←' | '•' | '?' => {
	if (role !== null) return arrows[role];
	return kind === 'udp' && local !== null && peer === null ? '•' : '?';
};

/** "host (ip):port", then "host:port". A listener has no peer: its local address. null: not known. */
export const peerText = (row: Row, width: number): string | null => {
	if (directionArrow(row) === '•') {
		if (row.local === null) return null;
		return 'path' in row.local ? formatAddress(row.local) : `on ${formatHost(row.local)}`;
	}
	const {host} = row;
	const peer = row.peer && toPlainIpv4(row.peer);
	if (peer === null) return host === null ? null : sanitize(host);
	// An accepted unix socket has a path at its local end only.
	if ('path' in peer) return formatAddress(peer.path === '' && row.local ? row.local : peer);
	const address = formatAddress(peer);
	if (host === null || host === peer.address) return address;
	return firstThatFits(
		[`${sanitize(host)} (${sanitize(peer.address)}):${peer.port}`, `${sanitize(host)}:${peer.port}`],
		width,
	);
};

/** Converts the mapped IPv4 address of a dual-stack socket (::ffff:1.2.3.4) to IPv4, for display. */
const toPlainIpv4 = (address: Address): Address => {
	if ('path' in address) return address;
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address.address)?.[1];
	return mapped === undefined ? address : {address: mapped, port: address.port, family: 4};
};

/** "eth0 10.0.0.5", or the kernel's refusal. */
export const routeText = (route: RouteView): string => {
	if (route.error !== null) return sanitize(route.error);
	return [route.dev, route.src].map(part => (part === null ? notObserved : sanitize(part))).join(' ');
};

/** "0.0.0.0:3000 nginx 812, [::1]:3000, +3 more": other listeners, with their process where it is known. */
export const otherListenersText = ({
	others,
	moreOthers,
}: Pick<AcceptQueueView, 'others' | 'moreOthers'>): string =>
	[
		...others.map(({address, program, pid}) =>
			[sanitize(address), sanitize(program ?? ''), String(pid ?? '')].filter(part => part !== '').join(' '),
		),
		...(moreOthers > 0 ? [`+${formatCount(moreOthers)} more`] : []),
	].join(', ');

/** The first of these that fits; the last one where none does, to be cut by the table. */
export const firstThatFits = (texts: readonly string[], width: number): string =>
	texts.find(text => widthOf(text) <= width) ?? texts.at(-1) ?? '';
