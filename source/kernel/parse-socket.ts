import {type KernelSocket, type KernelState, kernelStates} from '../model/types.ts';
import {parseAddress, type SocketAddress} from './parse-address.ts';
import {parseExtended} from './parse-extended.ts';
import {parseTcpInfo, socketDrops} from './parse-tcp-info.ts';
import {type Parsed, parsed, refused} from './parsed.ts';
import {digits, endOfField, skipSpaces} from './scan.ts';
import {printsSecondsAsMs, type SsVersion} from './version.ts';

export type ParseSocketOptions = {
	/** The ss that printed the line; null is unknown. */
	version: SsVersion | null;
};

const states: ReadonlyMap<string, KernelState> = new Map(kernelStates.map(state => [state, state]));

/** The reason for a line that is about another protocol, so that a table can count it apart. */
export const notTcp = 'the socket is not TCP';

/**
 * One line of `ss -n`, with any of `-O -a -t -u -o -e -i -m -p`, with or without the Netid column.
 *
 * A missing peer window reads 0 where the line carries TCP info; only who knows the other lines can tell whether this
 * kernel reports windows at all (see parseTable).
 *
 * @param line Without its line break; padding is allowed.
 * @param options.version The iproute2 that printed it.
 */
// ESTAB 0 0 10.77.0.1:8020 10.77.0.2:59750 timer:(keepalive,12sec,0) ino:31626 sk:20 cgroup:/ <-> skmem:(…) ts sack bbr …
export const parseSocketLine = (line: string, options: ParseSocketOptions): Parsed<KernelSocket> => {
	let at = skipSpaces(line, 0);
	let end = endOfField(line, at);
	let state = states.get(line.slice(at, end));
	if (state === undefined) {
		const netid = line.slice(at, end);
		at = skipSpaces(line, end);
		end = endOfField(line, at);
		state = states.get(line.slice(at, end));
		if (state === undefined) return refused('no state of a socket stands where it must');
		if (netid !== 'tcp' && netid !== 'mptcp') return refused(notTcp);
	}

	at = skipSpaces(line, end);
	end = endOfField(line, at);
	const recvQ = digits(line, at, end);
	at = skipSpaces(line, end);
	end = endOfField(line, at);
	const sendQ = digits(line, at, end);
	if (recvQ === -1 || sendQ === -1) return refused('a queue is no number');

	at = skipSpaces(line, end);
	end = endOfField(line, at);
	const local = parseAddress(line.slice(at, end));
	if (!local.ok) return refused(`the local address: ${local.reason}`);
	const {host, port} = local.value;
	if (port === null) return refused('the local address: it has no port');
	at = skipSpaces(line, end);
	end = endOfField(line, at);
	const peer = parseAddress(line.slice(at, end));
	if (!peer.ok) return refused(`the peer address: ${peer.reason}`);

	const last = endOfText(line);
	const extended = parseExtended(line, end, last, printsSecondsAsMs(options.version));
	const hasMore = extended.rest < last;
	const inode = extended.inode === 0 ? null : extended.inode;
	return parsed({
		kind: 'tcp',
		state,
		local: {address: host.address, port, family: host.family},
		peer: peerOf(peer.value),
		recvQ,
		sendQ,
		inode,
		cookie: extended.cookie,
		// ss leaves root's out; of a socket without an inode the kernel does not say whose it is.
		uid: extended.uid ?? (inode === null ? null : 0),
		timer: extended.timer,
		device: host.device,
		v6only: host.family === 4 ? null : (extended.v6only ?? wildcardKind(state, host)),
		peerInode: null,
		shutdown: null,
		drops: hasMore ? socketDrops(line, extended.rest) : null,
		info: hasMore ? parseTcpInfo(line, extended.rest, state) : null,
	});
};

const peerOf = ({host, port}: SocketAddress): KernelSocket['peer'] =>
	port === null ? null : {address: host.address, port, family: host.family};

/** Without `-e`: ss prints a listener of both families as `*`, of IPv6 alone as `[::]`. */
const wildcardKind = (state: KernelState, host: {address: string; dualStack: boolean}): boolean | null =>
	state !== 'LISTEN' || host.address !== '::' ? null : !host.dualStack;

/** Rows are padded to the longest one. */
const endOfText = (line: string): number => {
	let end = line.length;
	while (end > 0 && line.charCodeAt(end - 1) <= 0x20) end--;
	return end;
};
