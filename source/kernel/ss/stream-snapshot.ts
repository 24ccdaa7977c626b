import type {KernelSocket} from '../../domain/kernel.ts';
import type {TableParser} from './table-parser.ts';

/**
 * Hands on the sockets of an answer in parts, and lets others run between them.
 *
 * @param onPart Takes some sockets; what it does counts as a part of the slice.
 * @param isOver Whether nobody wants to know any more.
 * @returns How long it worked, in ms; null where it was over before its end.
 */
export const handOn = async (
	parser: TableParser,
	onPart: (sockets: readonly KernelSocket[]) => void,
	isOver: () => boolean,
): Promise<number | null> => {
	let busyMs = 0;
	let began = performance.now();
	while (!parser.done) {
		const sockets = parser.take(linesAtOnce);
		if (sockets.length > 0) onPart(sockets);
		const tookMs = performance.now() - began;
		if (tookMs < sliceMs) continue;
		busyMs += tookMs;
		await new Promise(resolve => setImmediate(resolve));
		if (isOver()) return null;
		began = performance.now();
	}
	return busyMs + performance.now() - began;
};

/** Longest time until the event loop has its turn, in ms, without what one part takes. */
export const sliceMs = 6;

/** Lines of a part: with TCP info, the parser needs a millisecond or two for as many. */
export const linesAtOnce = 256;
