import type {KernelSocket} from '../../domain/kernel.ts';
import type {TableParser} from './table-parser.ts';

/**
 * Emits the sockets of an answer in parts, with turns of the event loop between them.
 *
 * @param onPart receives some sockets; its time counts as part of the slice
 * @param isStopped true once the result is no longer needed
 * @returns the working time in ms; null where it was stopped before the end
 */
export const streamSnapshot = async (
	parser: TableParser,
	onPart: (sockets: readonly KernelSocket[]) => void,
	isStopped: () => boolean,
): Promise<number | null> => {
	let busyMs = 0;
	let startedAt = performance.now();
	while (!parser.done) {
		const sockets = parser.take(linesPerPart);
		if (sockets.length > 0) onPart(sockets);
		const tookMs = performance.now() - startedAt;
		if (tookMs < maxSliceMs) continue;
		busyMs += tookMs;
		await new Promise(resolve => setImmediate(resolve));
		if (isStopped()) return null;
		startedAt = performance.now();
	}
	return busyMs + performance.now() - startedAt;
};

/** Longest time until the event loop gets its turn, in ms, without the time of one part. */
export const maxSliceMs = 6;

/** Lines of a part: with TCP info, parsing this many takes a millisecond or two. */
export const linesPerPart = 256;
