/** Looking at the sockets of one network namespace, by whatever means. */
import type {KernelCounters, KernelSocket} from '../../domain/kernel.ts';
import type {ShellFailure} from '../child/shell.ts';
import type {TableParser} from '../ss/table-parser.ts';

/** `busyMs`: how long it worked, by which its pace is chosen. A failure is `final` where no look will ever succeed. */
export type LookAnswer = {ok: true; busyMs: number} | ShellFailure;

/** Reads once and hands on what it read; a look at what nobody wants does nothing. Never rejects, never overlaps. */
export type Look = () => Promise<LookAnswer>;

/** A way of looking. What it cannot tell is null. */
export type LookSource = {
	/** All sockets but those in TIME-WAIT. */
	table: Look;
	listeners: Look | null;
	/** TCP info of the sockets that are wanted, while the table goes without. */
	info: Look | null;
	/** Those in TIME-WAIT on wanted ports. */
	timeWait: Look | null;
	/** null where they cannot be read just now. */
	counters: () => Promise<KernelCounters | null>;
};

/** Longest time until the event loop has its turn, in ms, without what one part takes. */
const sliceMs = 6;
/** Lines of a part: with TCP info, the parser needs a millisecond or two for as many. */
const linesAtOnce = 256;

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
