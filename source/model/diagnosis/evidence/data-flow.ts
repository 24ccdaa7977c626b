/** Data flow of a row for the rules: waiting bytes, stalled counters, and their evidence. */

import type {Evidence, RowContext} from '../../../domain/diagnosis/diagnosis.ts';
import {formatBytes, formatDuration, formatMs} from '../../../domain/format.ts';
import type {TcpInfo} from '../../../domain/kernel.ts';
import type {StepName} from '../../../domain/operation.ts';
import type {ProcessRow, Row} from '../../../domain/row.ts';
import {loopSeenAtOf} from './event-loop.ts';
import {sendingStallOf} from './unacknowledged.ts';
import {evidenceItem} from './wording.ts';

/** Received bytes that the program has not read. The peer's FIN counts as one in Recv-Q. */
export function unreadBytes({process, kernel}: Row): {process: number; kernel: number} {
	const fin = kernel !== null && ['CLOSE-WAIT', 'LAST-ACK', 'CLOSING'].includes(kernel.state) ? 1 : 0;
	return {
		process: process?.readableLength ?? 0,
		kernel: Math.max(0, (kernel?.recvQ ?? 0) - fin),
	};
}

/** @returns the time of the row's newest step of this name; null where none is kept */
export const lastStepAt = ({steps}: Row, name: StepName): number | null =>
	steps.findLast(({step}) => step === name)?.at ?? null;

/** @returns since when a value of a row is unchanged, as far as evaluated; a change starts anew */
export function unchangedSince({memory}: RowContext, name: string, value: number): number {
	const noted = memory.getOrSet(name, value);
	if (noted.value === value) return noted.at;
	memory.forget(name);
	return memory.getOrSet(name, value).at;
}

/**
 * A thread counts as blocked after this long without a report of its event loop, which is due once a second.
 */
const loopSilenceMs = 2000;

/** @returns the last event loop report of a blocked thread; null where the loop runs or no hook reports */
export const loopSilentSince = ({process, now}: Pick<RowContext, 'process' | 'now'>): number | null =>
	process?.state === 'running' && now - loopSeenAtOf(process) >= loopSilenceMs ? loopSeenAtOf(process) : null;

/** JavaScript's buffers at present. */
export function bufferEvidence({process}: Row): Evidence[] {
	if (process === null || process.writableLength === null) return [];
	const {writableLength, readableLength, needDrain, paused, reading} = process;
	const words = [
		`${formatBytes(writableLength)} to write`,
		...(needDrain ? ["waits for 'drain'"] : []),
		...(readableLength === null ? [] : [`${formatBytes(readableLength)} to read`]),
		...(paused ? ['paused'] : reading === false ? ['no reader'] : []),
	];
	return [evidenceItem('process', `in JavaScript: ${words.join(', ')}`, process.seenAt)];
}

/** The kernel's queues and timer in the newest snapshot. */
export function queueEvidence({kernel}: Row): Evidence[] {
	if (kernel === null || kernel.recvQ === null || kernel.sendQ === null) return [];
	const {state, recvQ, sendQ, timer} = kernel;
	const words = [
		state,
		`Recv-Q ${recvQ}`,
		`Send-Q ${sendQ}`,
		...(timer === null ? [] : [`timer ${timer.name}, count ${timer.count}`]),
	];
	return [evidenceItem('kernel', words.join(', '), kernel.seenAt)];
}

/** TCP's counters that concern sending. */
export function sendingEvidence(row: Row): Evidence[] {
	const {kernel} = row;
	if (!kernel?.info) return [];
	const {info} = kernel;
	const words = [
		...(info.peerWindow === null ? [] : [`peer's window ${info.peerWindow}`]),
		...(info.rwndLimitedMs > 0 ? [`${formatMs(info.rwndLimitedMs)} held up by the peer's window`] : []),
		...(info.unacked > 0 ? [`${info.unacked} segments unacknowledged`] : []),
		...(info.backoff > 0 ? [`backoff ${info.backoff}`] : []),
		// The kernel counts attempts that have failed within this host, too.
		...(info.retransTotal > 0 && sendingStallOf(row)?.kind !== 'stays-here'
			? [`${info.retransTotal} segments sent again`]
			: []),
		...(info.bytesAcked === null ? [] : [`${info.bytesAcked} bytes acknowledged`]),
	];
	if (words.length === 0) return [];
	return [evidenceItem('kernel', words.join(', '), kernel.infoSeenAt ?? kernel.seenAt)];
}

/**
 * When the last data arrived and left, by the kernel's clock. Where none did, that clock counts from the connect or
 * from the boot: nothing is said of such a direction but that there was none.
 */
export function lastDataEvidence({kernel}: Row): Evidence[] {
	if (!kernel?.info) return [];
	const {info} = kernel;
	const {lastSentMs, lastReceivedMs} = info;
	if (lastSentMs === null || lastReceivedMs === null) return [];
	const hasSent = hasSentData(info);
	// The other side's FIN counts as one byte: a single one may be either.
	const hasReceived = info.bytesReceived === 1 ? null : info.bytesReceived > 1;
	const words = [
		...(hasSent ? [`sent ${formatMs(lastSentMs)}`] : []),
		...(hasReceived ? [`received ${formatMs(lastReceivedMs)}`] : []),
	];
	if (words.length === 0) return [];
	const text = `last data ${words.join(' and ')} before this look`;
	const absent = hasSent === false ? ', and none sent' : hasReceived === false ? ', and none received' : '';
	return [evidenceItem('kernel', `${text}${absent}`, kernel.infoSeenAt ?? kernel.seenAt)];
}

/** null where the kernel does not count what was sent, and none of it is on its way or acknowledged. */
function hasSentData({bytesSent, bytesAcked, unacked}: TcpInfo): boolean | null {
	if (bytesSent !== null) return bytesSent > 0;
	// The SYN is acknowledged as one byte, and is one segment on its way before that.
	if (bytesAcked > 1) return true;
	return unacked > 1 ? true : null;
}

/** The state of the connection's other end, where that is watched, too. */
export function peerEvidence({pair, facts, now}: RowContext): Evidence[] {
	if (pair === null) return [];
	const thread = facts.threadOf(pair);
	const peerLabel = `${pair.program || 'the other end'}${pair.pid === null ? '' : ` (pid ${pair.pid})`}`;
	const unread = unreadBytes(pair);
	const paused = lastStepAt(pair, 'pause');
	const words = [
		`stage ${pair.stage}`,
		...(unread.process + unread.kernel === 0
			? []
			: [
					pair.process === null
						? `${unread.kernel} bytes unread in its kernel's Recv-Q`
						: `${unread.process} bytes unread in JavaScript, ${unread.kernel} in its kernel's Recv-Q`,
				]),
		...(pair.process?.paused
			? [
					paused === null
						? 'paused by its program'
						: `paused by its program ${formatDuration(now - paused)} ago`,
				]
			: pair.process?.reading === false
				? ['no reader there']
				: []),
	];
	const silent = loopSilentSince({process: thread, now});
	if (silent !== null) words.push(`its event loop has reported nothing for ${formatDuration(now - silent)}`);
	const at = pair.process?.seenAt ?? pair.kernel?.seenAt ?? pair.openedAt;
	return [evidenceItem('peer', `${peerLabel}: ${words.join(', ')}`, at)];
}

/**
 * A duration in coarse steps, so that a message does not change with every pass.
 *
 * @returns "2 s", "5 s", "10 s", "30 s", "1 min", … rounded down
 */
export function roundedDuration(ms: number): string {
	const seconds = [1, 2, 5, 10, 20, 30].findLast(step => ms >= step * 1000) ?? 0;
	if (ms < 60_000) return `${seconds} s`;
	const minutes = [1, 2, 5, 10, 20, 30].findLast(step => ms >= step * 60_000) ?? 1;
	return ms < 3_600_000 ? `${minutes} min` : `${Math.floor(ms / 3_600_000)} h`;
}

/** A growing size, rounded down to a power of two, for the same reason. */
export const roundedBytes = (bytes: number): string =>
	formatBytes(bytes < 1 ? 0 : 2 ** Math.floor(Math.log2(bytes)));

/** Set for rows of a watched process, with or without a hook. */
export const isProcessWatched = ({row, facts}: RowContext): boolean =>
	row.process !== null || (row.pid !== null && facts.processes.some(({pid}) => pid === row.pid));

/** Detects lost records of a process: an answer or a close may be among them. */
export const hasLostRecords = (process: ProcessRow | null): boolean => (process?.load?.dropped ?? 0) > 0;
