import type {EventEmitter} from 'node:events';
import type {Address} from '../../wire/field-types.ts';
import type {Handle} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';
import {markOf} from './tracked.ts';

/** The state of a UDP socket that Node keeps behind a symbol (lib/dgram.js). */
export type UdpState = {
	/** null once closed; replaced once a cluster worker has got the primary's handle. */
	handle: (Handle & {getSendQueueSize?(): number; getSendQueueCount?(): number}) | null;
	/** 0 not yet, 1 under way, 2 done; so is `connectState`. */
	bindState: number;
	connectState: number;
};

export type UdpSocket = EventEmitter & {[state: symbol]: unknown};

/** The hook's state of one UDP socket. Until the close, the handle keeps the socket alive anyway. */
export class TrackedUdp {
	readonly id: number;
	/** null once the close was reported. */
	socket: UdpSocket | null;
	readonly state: UdpState;
	readonly createdAt = now();
	/** Index in the list of UDP sockets; -1 if not listed. */
	index = -1;
	/** The creation site in the program. */
	site: string | null = null;
	announced = false;
	/** State at the last event. */
	bindState = 0;
	connectState = 0;
	/** State as last reported. */
	bound = false;
	connected = false;
	/** The last bind() failed. */
	failed = false;
	local: Address | null = null;
	peer: Address | null = null;
	inode: number | null = null;
	errorTick = -1;
	/** The last sample, as text. */
	lastSample = '';

	constructor(id: number, socket: UdpSocket, state: UdpState) {
		this.id = id;
		this.socket = socket;
		this.state = state;
	}
}

export function trackedUdpOf(socket: UdpSocket): TrackedUdp | undefined {
	const mark = markOf(socket);
	return mark instanceof TrackedUdp ? mark : undefined;
}
