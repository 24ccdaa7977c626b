import type {KernelState, SocketKind} from '../../../domain/kernel.ts';
import {kernelStates} from '../../../domain/kernel.ts';
import {latin1Bytes, startsWith} from '../../parsing/scan.ts';
import type {SsVersion} from './version.ts';

/** The common properties of all lines of one output of ss. */
export type SsOutput = {
	readonly bytes: Buffer;
	/** The version of iproute2 that printed it; null where unknown. */
	readonly version: SsVersion | null;
	/** The kind of sockets where ss prints no Netid column. */
	readonly kind: SocketKind;
	/** @returns whether this kernel reports peer windows: then a missing one is 0 */
	readonly peerWindowReported: () => boolean;
};

/** Kinds by the words of the Netid column, as in ss since 4.4; null for ignored ones. */
const netids: ReadonlyMap<string, SocketKind | null> = new Map<string, SocketKind | null>([
	['tcp', 'tcp'],
	['mptcp', 'mptcp'],
	['udp', 'udp'],
	['u_str', 'unix'],
	['u_dgr', 'unix'],
	['u_seq', 'unix'],
	...['raw', 'dccp', 'sctp', 'icmp6', 'nl', 'p_raw', 'p_dgr', 'v_str', 'v_dgr', 'xdp', '???', 'unknown'].map(
		name => [name, null] as const,
	),
	...['ti_rd', 'ti_dg', 'ti_st', 'ti_sq'].map(name => [name, null] as const),
]);
const maxNetidLength = 7;

/** @returns undefined where the text is no Netid */
export const kindAt = (bytes: Buffer, from: number, to: number): SocketKind | null | undefined => {
	if (to - from > maxNetidLength) return undefined;
	return netids.get(bytes.toString('latin1', from, to));
};

const stateNames = kernelStates.map(state => ({state, bytes: latin1Bytes(state)}));
/** By the first letter: at most three names remain to be compared. */
const stateNamesByFirstByte = Array.from({length: 128}, (_, letter) =>
	stateNames.filter(({bytes}) => bytes[0] === letter),
);

/** @returns undefined where the text is no state */
export const stateAt = (bytes: Buffer, from: number, to: number): KernelState | undefined => {
	const candidates = stateNamesByFirstByte[bytes[from] ?? 0];
	if (candidates === undefined) return undefined;
	for (const {state, bytes: spelling} of candidates) {
		if (spelling.length === to - from && startsWith(bytes, from, to, spelling)) return state;
	}
	return undefined;
};
