import {type KernelSocket, type KernelState, kernelStates} from '../../domain/row.ts';
import {parseAddress} from '../parsing/address.ts';

/** The used fields of a connection from systeminformation; decoded as untrusted. */
export type SystemInfoConnection = {
	protocol?: unknown;
	localAddress?: unknown;
	localPort?: unknown;
	peerAddress?: unknown;
	peerPort?: unknown;
	state?: unknown;
};

/** The names of the same states in netstat of macOS and the BSDs, in netstat of Linux, and in ss. */
const stateNames: ReadonlyMap<string, KernelState> = new Map<string, KernelState>([
	...kernelStates.map(state => [state, state] as const),
	['ESTABLISHED', 'ESTAB'],
	['SYN_SENT', 'SYN-SENT'],
	['SYN_RECV', 'SYN-RECV'],
	['SYN_RCVD', 'SYN-RECV'],
	['FIN_WAIT1', 'FIN-WAIT-1'],
	['FIN_WAIT_1', 'FIN-WAIT-1'],
	['FIN_WAIT2', 'FIN-WAIT-2'],
	['FIN_WAIT_2', 'FIN-WAIT-2'],
	['TIME_WAIT', 'TIME-WAIT'],
	['CLOSE_WAIT', 'CLOSE-WAIT'],
	['LAST_ACK', 'LAST-ACK'],
	['LISTEN', 'LISTEN'],
	['CLOSING', 'CLOSING'],
]);

/**
 * The connections of a platform without ss, as kernel sockets: addresses and states only. Queues, inode and
 * cookie are unknown there, so such a socket is matched by its four-tuple.
 *
 * @param connections the result of `networkConnections()` of systeminformation
 * @returns the TCP sockets, and the number of TCP entries that were not understood
 */
export const parseConnections = (
	connections: readonly SystemInfoConnection[],
): {sockets: KernelSocket[]; notUnderstood: number} => {
	const tcp = connections.filter(({protocol}) => typeof protocol === 'string' && /^tcp/i.test(protocol));
	const sockets = tcp.map(parseConnection).filter(socket => socket !== null);
	return {sockets, notUnderstood: tcp.length - sockets.length};
};

const parseConnection = (connection: SystemInfoConnection): KernelSocket | null => {
	const state = stateNames.get(String(connection.state));
	const local = parseEndpoint(connection, connection.localAddress, connection.localPort);
	const peer = parseEndpoint(connection, connection.peerAddress, connection.peerPort);
	if (state === undefined || local === null || local.port === null || peer === null) return null;
	return {
		kind: 'tcp',
		state,
		local: {address: local.address, port: local.port, family: local.family},
		peer: peer.port === null ? null : {address: peer.address, port: peer.port, family: peer.family},
		recvQ: null,
		sendQ: null,
		inode: null,
		cookie: null,
		uid: null,
		timer: null,
		device: local.device,
		v6only: null,
		peerInode: null,
		shutdown: null,
		drops: null,
		info: null,
	};
};

/**
 * `*` is the wildcard of the entry's family here, and of both for macOS's `tcp46`; port 0 stands for `*` in
 * places.
 */
const parseEndpoint = ({protocol}: SystemInfoConnection, address: unknown, port: unknown) => {
	if (typeof address !== 'string' || (typeof port !== 'string' && typeof port !== 'number')) return null;
	const host = address === '*' ? (protocol === 'tcp4' ? '0.0.0.0' : '::') : address;
	const parsedAddress = parseAddress(`${host}:${port === '0' || port === 0 ? '*' : port}`);
	return parsedAddress.ok ? {...parsedAddress.value.host, port: parsedAddress.value.port} : null;
};
