/** Unix sockets: a path that nothing has, a path that the kernel cannot hold, a listener whose queue is full. */

import type {Evidence, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress} from '../../../../domain/format.ts';
import {operations} from '../../../../domain/operation.ts';
import {addressHoldersOf, holderEvidence, rowsAt} from '../../evidence/address-holders.ts';
import {
	cutPath,
	directoryOf,
	isPathTooLong,
	maxPathBytes,
	pathBytes,
	socketPathOf,
} from '../../evidence/socket-path.ts';
import {commandInNamespace, endpointFields, endpointsText, evidenceItem} from '../../evidence/wording.ts';
import {connectError, errorEvidence} from './attempt.ts';

const common = {
	scope: 'row',
	phase: 'connect',
	stages: ['failed'],
	roles: ['client'],
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
} as const;

/** Many tools ask for a socket that may be there, and go on without it. */
export const socketPathMissing: RowRule = {
	...common,
	name: 'socket-path-missing',
	severity: 'info',
	title: 'no socket has that path',
	find(context) {
		const {row} = context;
		const error = connectError(row, missingCodes);
		const path = socketPathOf(row.peer);
		if (error === null || path === null || isPathTooLong(path)) return null;
		return {
			operation: 'connect',
			...endpointFields(row),
			message: `connect ${endpointsText(row)} was not possible: no socket has that path`,
			evidence: [errorEvidence(row, error)],
			next: commandInNamespace(context, ['ls', '-ld', '--', directoryOf(path)]),
		};
	},
};

export const socketQueueFull: RowRule = {
	...common,
	name: 'socket-queue-full',
	severity: 'error',
	title: 'the accept queue of the unix listener is full',
	find(context) {
		const {row, facts, now} = context;
		const error = connectError(row, fullCodes);
		const path = socketPathOf(row.peer);
		if (error === null || path === null) return null;
		const queue = queueOf(context);
		const isQueuePending = queue === null && facts.session.ended === null;
		if (isQueuePending && now - (row.closedAt ?? now) < queueWaitMs) return null;
		return {
			operation: 'connect',
			...endpointFields(row),
			message: `connect ${endpointsText(row)} was not possible: the accept queue of its listener is full${queue?.text ?? ''}`,
			evidence: [errorEvidence(row, error), ...(queue?.evidence ?? [])],
			next: commandInNamespace(context, ['ss', '-xlp', 'src', path]),
		};
	},
};

/** Node 20 and 22 bind and connect a longer path cut off, without a word; newer ones refuse it with EINVAL. */
export const socketPathTooLong: RowRule = {
	...common,
	name: 'socket-path-too-long',
	severity: 'error',
	title: 'the path is longer than the kernel takes',
	stages: ['failed', 'listening', 'open'],
	roles: ['client', 'listener'],
	isEvent: false,
	find(context) {
		const {row} = context;
		const address = row.role === 'listener' ? row.local : row.peer;
		const path = socketPathOf(address);
		if (path === null || address === null || !isPathTooLong(path)) return null;
		const operation = operations.find(each => each === row.error?.operation);
		const isListener = row.role === 'listener';
		const isRefused = row.error?.code === 'EINVAL';
		const outcome = isRefused
			? 'failed'
			: row.error === null
				? 'took another path'
				: 'failed at another path';
		const bytes = pathBytes(path).length;
		const cut = isRefused ? '' : `, and this Node cuts it to ${cutText(path)}`;
		return {
			...(row.error === null ? {severity: 'warn' as const} : {}),
			phase: isListener ? 'bind' : 'connect',
			operation: operation ?? (isListener ? 'listen' : 'connect'),
			local: isListener ? address : row.local,
			peer: isListener ? null : address,
			message: `${operation ?? (isListener ? 'listen' : 'connect')} ${isListener ? `on ${formatAddress(address)}` : endpointsText(row)} ${outcome}: the path has ${bytes} bytes and the kernel takes ${maxPathBytes}${cut}`,
			evidence: [
				row.error === null
					? evidenceItem('process', 'the call succeeded', row.openedAt)
					: errorEvidence(row, row.error),
				...addressHoldersOf({...context, row: {...row, local: address}}).map(holderEvidence),
			],
			next: {
				advice: `choose a path of at most ${maxPathBytes} bytes, or change to its directory and use a relative one`,
			},
		};
	},
};

/** The next snapshot shows the listener, where that is watched; the first one takes longest. */
const queueWaitMs = 2000;

const missingCodes: ReadonlySet<string> = new Set(['ENOENT']);
const fullCodes: ReadonlySet<string> = new Set(['EAGAIN']);

/** The queue of the path's listener, where a snapshot has shown it. */
function queueOf({row, facts}: RowContext): {text: string; evidence: Evidence[]} | null {
	const listener = row.peer && rowsAt(facts, row.peer).find(({role}) => role === 'listener');
	const kernel = listener?.kernel ?? null;
	if (kernel === null || kernel.recvQ === null || kernel.sendQ === null) return null;
	// A snapshot from before the refusal shows another queue.
	if (kernel.seenAt < (row.closedAt ?? 0)) return null;
	const fact = `LISTEN with Recv-Q ${kernel.recvQ} of Send-Q ${kernel.sendQ}`;
	return {
		text: kernel.recvQ > kernel.sendQ ? `, ${kernel.recvQ} of ${kernel.sendQ}` : '',
		evidence: [evidenceItem('kernel', fact, kernel.seenAt)],
	};
}

/** The end of what is left of a path, for a sentence. */
const cutText = (path: string): string => `…${cutPath(path).slice(-shownCharacters)}`;
const shownCharacters = 24;
