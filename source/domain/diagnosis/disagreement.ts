import type {SocketOwner} from '../events.ts';
import type {KernelState} from '../kernel.ts';

export const disagreementKinds = ['left-open', 'no-owner', 'no-socket'] as const;

/**
 * - `left-open`: JavaScript has destroyed the socket, and the kernel still has it open, with a descriptor
 * - `no-owner`: a connection on a watched port has a descriptor, but no known JavaScript socket or process
 * - `no-socket`: JavaScript connects, and the kernel has no such socket
 */
export type DisagreementKind = (typeof disagreementKinds)[number];

export type Disagreement = {
	kind: DisagreementKind;
	/** Consecutive snapshots that have shown it, and when the first and the newest of them began. */
	snapshots: number;
	firstAt: number;
	lastAt: number;
	/** The kernel's state; null where the kernel has no such socket. */
	state: KernelState | null;
	inode: number | null;
	recvQ: number | null;
	/** The process that holds the descriptor; null where unknown. */
	owner: SocketOwner | null;
};

/** Consecutive snapshots that must show a disagreement before it counts. */
export const snapshotsToDisagree = 2;
export function describe({kind, state, inode}: Disagreement): string {
	switch (kind) {
		case 'left-open':
			return `destroyed in JavaScript, ${state} in the kernel`;
		case 'no-owner':
			return `${state} in the kernel with inode ${inode}, no socket in JavaScript`;
		case 'no-socket':
			return 'connecting in JavaScript, no socket in the kernel';
	}
}
