/** Half-open connections (SYN-RECV) by local address, counted as the parts of a snapshot pass. */
import type {KernelSocket} from '../../domain/kernel.ts';
import type {Address} from '../../domain/row.ts';

export type HalfOpen = {local: Address; device: string | null; count: number};

/** Limit of local addresses counted separately. */
const maxAddresses = 1024;

export function addHalfOpen(counts: Map<string, HalfOpen>, {local, device}: KernelSocket): void {
	if (local === null || 'path' in local) return;
	const key = `${local.port} ${local.address} ${device ?? ''}`;
	const existing = counts.get(key);
	if (existing !== undefined) existing.count++;
	else if (counts.size < maxAddresses) counts.set(key, {local, device, count: 1});
}
