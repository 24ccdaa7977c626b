/** A row as plain text, for the clipboard. Pure. */
import type {Diagnosis} from '../../domain/diagnosis/diagnosis.ts';
import {formatBytes, formatCount, formatRate, notObserved} from '../../domain/format.ts';
import type {Row} from '../../domain/row.ts';
import {sanitize} from '../../text/sanitize.ts';
import {
	connectionsText,
	directionArrow,
	localText,
	peerText,
	requestsText,
	routeText,
	stageText,
} from '../columns/column-texts.ts';
import {severityMark} from '../theme/severity.ts';

/** Texts for the clipboard are not fitted to a width. */
const unlimitedWidth = Number.POSITIVE_INFINITY;

/**
 * @param findings the row's active findings
 * @param now ms since the epoch: the end of all ages; printed, too
 * @returns clean lines: process and stage, the two ends, the views, the error, the findings
 */
export const rowText = (row: Row, findings: readonly Diagnosis[], now: number): string => {
	const {error, disagreement, label, site} = row;
	const lines = [
		headText(row, now),
		endpointsText(row),
		...(label === null ? [] : [`request: ${label}`]),
		kernelText(row),
		...processTexts(row),
		...(row.route === null ? [] : [`route: ${routeText(row.route)}`]),
		...(error === null ? [] : [errorText(error)]),
		...(disagreement === null ? [] : [`the views disagree: ${disagreement}`]),
		...findings.map(({rule, severity, message}) => `${severityMark(severity)} ${rule}: ${message}`),
		...(site === null ? [] : [`made at ${site}`]),
	];
	return lines.map(sanitize).join('\n');
};

/** "server.js 4712 · tls client · draining 12s · 2026-01-02 03:04:05 UTC" */
const headText = (row: Row, now: number): string => {
	const {program, pid, kind, role, http} = row;
	const processName = [program, pid === null ? '' : String(pid)].filter(part => part !== '').join(' ');
	const protocol = http?.protocol ?? null;
	return [
		processName === '' ? 'no process known' : processName,
		[protocol === null ? kind : `${protocol} over ${kind}`, role ?? ''].join(' ').trim(),
		stageText(row, now, unlimitedWidth),
		...(requestsText(row) === null ? [] : [requestsText(row)]),
		timeText(now),
	].join(' · ');
};

/** "2026-01-02 03:04:05 UTC" */
export const timeText = (now: number): string =>
	`${new Date(now).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** "10.0.0.5:52744 → api.internal (10.0.0.9):443"; for a listener "listens on 0.0.0.0:3000". */
const endpointsText = (row: Row): string => {
	const arrow = directionArrow(row);
	const local = row.local === null ? notObserved : localText(row.local, unlimitedWidth);
	if (arrow === '•') return `listens on ${local}`;
	return `${local} ${arrow === '?' ? '–' : arrow} ${peerText(row, unlimitedWidth) ?? notObserved}`;
};

/** "error: connect failed: connect ECONNREFUSED 127.0.0.1:9" */
const errorText = ({operation, code, message}: NonNullable<Row['error']>): string =>
	`error: ${operation} failed: ${message.includes(code) ? message : `${code} ${message}`}`;

const kernelText = ({kernel, connections: serving}: Row): string => {
	if (kernel === null) return 'kernel: not observed';
	if (kernel.state === 'LISTEN') {
		const queue = `queue ${formatCount(kernel.recvQ)} of ${formatCount(kernel.sendQ)}`;
		const drops = kernel.drops ? `, ${formatCount(kernel.drops)} dropped` : '';
		const connections = serving === null ? '' : `, ${connectionsText({connections: serving})}`;
		return `kernel: LISTEN, ${queue}${drops}${connections}`;
	}
	return `kernel: ${kernel.state}, Send-Q ${formatBytes(kernel.sendQ)}, Recv-Q ${formatBytes(kernel.recvQ)}`;
};

const processTexts = ({process, inBps, outBps, role}: Row): string[] => {
	if (process === null || role === 'listener') return [];
	const {writableLength, writableHighWaterMark, needDrain, readableLength, paused} = process;
	const mark = writableHighWaterMark === null ? '' : ` of ${formatBytes(writableHighWaterMark)}`;
	return [
		`JavaScript: out ${formatBytes(writableLength)}${mark}${needDrain ? " (waits for 'drain')" : ''}, ` +
			`in ${formatBytes(readableLength)}${paused ? ' (paused)' : ''}`,
		`bytes: sent ${byteCountText(process.bytesWritten, outBps)}, received ${byteCountText(process.bytesRead, inBps)}`,
	];
};

/** "36M (36k/s)" */
const byteCountText = (bytes: number | null, perSecond: number | null): string =>
	formatBytes(bytes) + (perSecond === null ? '' : ` (${formatRate(perSecond)})`);
