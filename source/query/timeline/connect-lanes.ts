/** The lanes up to the connection: the lookup, and one for each candidate of the race. Pure. */

import type {Address, Row, Step} from '../../domain/row.ts';
import {closedAtOf, createLane, firstStep, toText} from './steps.ts';
import type {Lane} from './types.ts';

/** @returns null where no name was looked up, or where that step was dropped */
export const lookupLane = (row: Row): Lane | null => {
	const begun = firstStep(row, 'lookup-start')?.at;
	if (begun === undefined) return null;
	const done = firstStep(row, 'lookup');
	if (done === undefined) {
		const to = firstStep(row, 'attempt', 'error')?.at ?? closedAtOf(row);
		const note = toText(firstStep(row, 'error')?.detail.code);
		return createLane('lookup', [{from: begun, to}], {outcome: note === null ? null : 'failed', note});
	}

	const {error, candidates} = done.detail;
	const failure = toText(error);
	const count = Array.isArray(candidates) ? candidates.length : 0;
	return createLane('lookup', [{from: begun, to: done.at}], {
		outcome: failure === null ? 'ok' : 'failed',
		note: failure ?? (count === 1 ? '1 address' : `${count} addresses`),
	});
};

type Attempt = {address: Address | null; from: number};

/** One lane for each attempt; the limit of stored steps bounds their number. */
export const connectLanes = (row: Row): Lane[] => {
	const lanes: Lane[] = [];
	let attempt: Attempt | null = null;
	const endAttempt = (to: number | null, outcome: Lane['outcome'], note: string | null): void => {
		if (attempt === null) return;
		lanes.push(createLane('connect', [{from: attempt.from, to}], {address: attempt.address, outcome, note}));
		attempt = null;
	};

	for (const step of row.steps) {
		switch (step.step) {
			case 'attempt':
				endAttempt(step.at, 'failed', 'given up');
				attempt = {address: addressOf(step), from: step.at};
				break;
			case 'attempt-failed':
				endAttempt(step.at, 'failed', toText(step.fields.error));
				break;
			case 'attempt-timeout':
				endAttempt(step.at, 'failed', 'timed out');
				break;
			case 'connect':
				endAttempt(step.at, 'ok', null);
				break;
			case 'error':
				endAttempt(step.at, 'failed', withRetransmits(row, toText(step.fields.code)));
				break;
			case 'close':
				endAttempt(step.at, 'failed', withRetransmits(row, 'given up'));
				break;
			default:
				break;
		}
	}
	endAttempt(row.closedAt, row.closedAt === null ? null : 'failed', withRetransmits(row, null));
	return lanes;
};

/** Adds the kernel's retransmits: before the connection is established, they are all SYNs. */
const withRetransmits = (row: Row, note: string | null): string | null => {
	const retransmits = synRetransmits(row);
	if (retransmits === 0) return note;
	const syns = retransmits === 1 ? '1 SYN retransmit' : `${retransmits} SYN retransmits`;
	return note === null ? syns : `${note}, ${syns}`;
};

/** @returns retransmitted SYNs of a client that is not connected yet; 0 also without a kernel view */
export const synRetransmits = (row: Row): number =>
	row.role === 'client' && firstStep(row, 'connect') === undefined
		? (row.kernel?.info?.retransTotal ?? 0)
		: 0;

const addressOf = ({fields: {address}}: Step): Address | null =>
	typeof address === 'object' &&
	address !== null &&
	'address' in address &&
	typeof address.address === 'string' &&
	'port' in address &&
	typeof address.port === 'number' &&
	'family' in address &&
	(address.family === 4 || address.family === 6)
		? {address: address.address, port: address.port, family: address.family}
		: null;
