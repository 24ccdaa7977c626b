/** A row as a sentence for people who listen to the screen. Pure. */
import {formatBytes, formatCount} from '../../domain/format.ts';
import type {Address, Row} from '../../domain/row.ts';
import {sanitize} from '../../text/sanitize.ts';
import {isListener} from '../rows/visible-rows.ts';

export type RowSentence = {
	/** "server.js 4711, connect 2 of 3 to api.internal port 443, for 4 seconds, kernel SYN-SENT" */
	text: string;
	/** The same without what changes all the time: as long as it is equal there is nothing new to say. */
	gist: string;
};

/** @param now ms since the epoch */
export const rowSentence = (row: Row, now: number): RowSentence => {
	const {kernel, process, severity, diagnoses, error} = row;
	const who = [sanitize(row.program), row.pid === null ? 'the kernel alone' : String(row.pid)]
		.filter(part => part !== '')
		.join(' ');
	const stands = `${stageWords(row)} ${whereWords(row)}`.trim();
	const since = row.closedAt === null ? `for ${spokenDuration(now - row.stageSince)}` : '';
	const found = severity === 'error' || severity === 'warn' ? `${severity}: ${diagnoses[0] ?? ''}` : '';
	const lasting = [
		// What is closed has no state that tells anything, unless the kernel still goes on with it.
		kernel === null || kernel.state === 'UNCONN' ? '' : `kernel ${kernel.state}`,
		error === null || row.stage === 'failed' ? '' : `failed with ${sanitize(error.code)}`,
		process?.needDrain ? "waits for 'drain'" : '',
		process?.paused ? 'not read' : '',
		found,
	];
	const figures = [
		waiting(process?.writableLength, 'to be written'),
		waiting(process?.readableLength, 'to be read'),
		isListener(row) && kernel?.sendQ
			? `${formatCount(kernel.recvQ)} of ${formatCount(kernel.sendQ)} wait to be accepted`
			: '',
	];
	return {
		text: joined([who, stands, since, ...lasting, ...figures]),
		gist: joined([who, stands, ...lasting]),
	};
};

const joined = (parts: readonly string[]): string => parts.filter(part => part !== '').join(', ');

const stageWords = ({stage, attempt, error}: Row): string => {
	if (stage === 'failed' && error !== null) return `failed with ${sanitize(error.code)},`;
	return stage === 'connect' && attempt !== null && attempt.of > 1
		? `connect ${attempt.n} of ${attempt.of}`
		: stage;
};

const whereWords = (row: Row): string => {
	const {role, host, local, peer} = row;
	if (role === 'listener' || (peer === null && host === null))
		return local === null ? '' : `on ${place(local, null)}`;
	const far = peer === null ? sanitize(host ?? '') : place(peer, host);
	return role === 'server' ? `from ${far}${local === null ? '' : ` on ${portOf(local)}`}` : `to ${far}`;
};

const place = (address: Address, host: string | null): string =>
	'path' in address
		? sanitize(address.path) || 'an unnamed socket'
		: `${sanitize(host ?? address.address)} ${portOf(address)}`;

const portOf = (address: Address): string =>
	'path' in address ? sanitize(address.path) : `port ${address.port}`;

const waiting = (bytes: number | null | undefined, what: string): string =>
	bytes ? `${formatBytes(bytes)} bytes wait ${what}` : '';

/** "4 seconds", "2 minutes", "3 hours". @param ms may be slightly negative */
export const spokenDuration = (ms: number): string => {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	const units: [number, string][] = [
		[86_400, 'day'],
		[3600, 'hour'],
		[60, 'minute'],
	];
	const [size, name] = units.find(([least]) => seconds >= least) ?? [1, 'second'];
	const count = Math.floor(seconds / size);
	return `${count} ${name}${count === 1 ? '' : 's'}`;
};
