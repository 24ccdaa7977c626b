import type {EventEmitter} from 'node:events';
import type {Address} from '../../wire/records.ts';
import type {Handle} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';
import {markOf} from './tracked.ts';

/** What Node keeps of a UDP socket behind a symbol (lib/dgram.js). */
export type UdpState = {
	/** null once it is closed; another one once a cluster's worker has got the primary's. */
	handle: (Handle & {getSendQueueSize?(): number; getSendQueueCount?(): number}) | null;
	/** 0 not yet, 1 under way, 2 done; so is `connectState`. */
	bindState: number;
	connectState: number;
};

export type UdpSocket = EventEmitter & {[state: symbol]: unknown};

/** What the hook remembers of one UDP socket. Until it is closed, its handle keeps the socket alive anyway. */
export class TrackedUdp {
	readonly id: number;
	/** null once its end was told. */
	socket: UdpSocket | null;
	readonly state: UdpState;
	readonly createdAt = now();
	/** Place in the list of UDP sockets; -1 for none. */
	index = -1;
	/** Where the program made it. */
	site: string | null = null;
	announced = false;
	/** As they were when it emitted last. */
	bindState = 0;
	connectState = 0;
	/** As they were told. */
	bound = false;
	connected = false;
	/** Its last bind() failed. */
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
