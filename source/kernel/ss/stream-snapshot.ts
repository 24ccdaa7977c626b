import type {KernelSocket} from '../../domain/kernel.ts';
import type {TableParser} from './table-parser.ts';

/**
 * Hands on the sockets of an answer in parts, and lets others run between them.
 *
 * @param onPart Takes some sockets; what it does counts as a part of the slice.
 * @param isStopped Whether nobody wants to know any more.
 * @returns How long it worked, in ms; null where it was over before its end.
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

/** Longest time until the event loop has its turn, in ms, without what one part takes. */
export const maxSliceMs = 6;

/** Lines of a part: with TCP info, the parser needs a millisecond or two for as many. */
export const linesPerPart = 256;
