/** A row as a sentence for a screen reader. Pure. */
import {formatBytes, formatCount} from '../../domain/format.ts';
import type {Address, Row} from '../../domain/row.ts';
import {sanitize} from '../../text/sanitize.ts';
import {isListener} from '../rows/visible-rows.ts';

export type RowSentence = {
	/** "server.js 4711, connect 2 of 3 to api.internal port 443, for 4 seconds, kernel SYN-SENT" */
	text: string;
	/** The sentence without its constantly changing parts: a row is announced again when it differs. */
	changeKey: string;
};

/** @param now ms since the epoch */
export const rowSentence = (row: Row, now: number): RowSentence => {
	const {kernel, process, severity, diagnoses, error} = row;
	const processName = [sanitize(row.program), row.pid === null ? 'the kernel alone' : String(row.pid)]
		.filter(part => part !== '')
		.join(' ');
	const stageAndPlace = `${stagePhrase(row)} ${placePhrase(row)}`.trim();
	const since = row.closedAt === null ? `for ${durationPhrase(now - row.stageSince)}` : '';
	const finding = severity === 'error' || severity === 'warn' ? `${severity}: ${diagnoses[0] ?? ''}` : '';
	const stableFacts = [
		// UNCONN, the state of closed TCP sockets and of UDP, adds nothing to the stage.
		kernel === null || kernel.state === 'UNCONN' ? '' : `kernel ${kernel.state}`,
		error === null || row.stage === 'failed' ? '' : `failed with ${sanitize(error.code)}`,
		process?.needDrain ? "waits for 'drain'" : '',
		process?.paused ? 'not read' : '',
		finding,
	];
	const counts = [
		waitingBytes(process?.writableLength, 'to be written'),
		waitingBytes(process?.readableLength, 'to be read'),
		isListener(row) && kernel?.sendQ
			? `${formatCount(kernel.recvQ)} of ${formatCount(kernel.sendQ)} wait to be accepted`
			: '',
	];
	return {
		text: joinParts([processName, stageAndPlace, since, ...stableFacts, ...counts]),
		changeKey: joinParts([processName, stageAndPlace, ...stableFacts]),
	};
};

const joinParts = (parts: readonly string[]): string => parts.filter(part => part !== '').join(', ');

const stagePhrase = ({stage, attempt, error}: Row): string => {
	if (stage === 'failed' && error !== null) return `failed with ${sanitize(error.code)},`;
	return stage === 'connect' && attempt !== null && attempt.of > 1
		? `connect ${attempt.n} of ${attempt.of}`
		: stage;
};

const placePhrase = (row: Row): string => {
	const {role, host, local, peer} = row;
	if (role === 'listener' || (peer === null && host === null))
		return local === null ? '' : `on ${endpointPhrase(local, null)}`;
	const remote = peer === null ? sanitize(host ?? '') : endpointPhrase(peer, host);
	return role === 'server'
		? `from ${remote}${local === null ? '' : ` on ${portPhrase(local)}`}`
		: `to ${remote}`;
};

const endpointPhrase = (address: Address, host: string | null): string =>
	'path' in address
		? sanitize(address.path) || 'an unnamed socket'
		: `${sanitize(host ?? address.address)} ${portPhrase(address)}`;

const portPhrase = (address: Address): string =>
	'path' in address ? sanitize(address.path) : `port ${address.port}`;

const waitingBytes = (bytes: number | null | undefined, purpose: string): string =>
	bytes ? `${formatBytes(bytes)} bytes wait ${purpose}` : '';

/** "4 seconds", "2 minutes", "3 hours". @param ms may be slightly negative */
export const durationPhrase = (ms: number): string => {
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
