import type {KernelState} from '../../domain/kernel.ts';

/**
 * The send queue is a difference of sequence numbers, of which one is not set yet while a TCP Fast Open connect waits
 * for its first data: it may be negative then, or larger than a send buffer can be.
 */
const maxUnsent = 2 ** 28;

/** @returns null for what is no count of unsent bytes */
export const knownSendQueue = (state: KernelState, bytes: number | null): number | null =>
	state === 'SYN-SENT' && bytes !== null && bytes > maxUnsent ? null : bytes;
