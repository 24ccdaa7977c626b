/** From a hostname to a connection: the lookup, and a lane for each candidate of the race. Pure. */

import type {Address, Row, Step} from '../../domain/row.ts';
import {closedAt, first, laneOf, textOf} from './steps.ts';
import type {Lane} from './types.ts';

/** @returns null where no name was looked up, or where that is not known any more */
export const lookupLane = (row: Row): Lane | null => {
	const begun = first(row, 'lookup-start')?.at;
	if (begun === undefined) return null;
	const done = first(row, 'lookup');
	if (done === undefined) {
		const to = first(row, 'attempt', 'error')?.at ?? closedAt(row);
		const note = textOf(first(row, 'error')?.detail.code);
		return laneOf('lookup', [{from: begun, to}], {outcome: note === null ? null : 'failed', note});
	}

	const {error, candidates} = done.detail;
	const failure = textOf(error);
	const count = Array.isArray(candidates) ? candidates.length : 0;
	return laneOf('lookup', [{from: begun, to: done.at}], {
		outcome: failure === null ? 'ok' : 'failed',
		note: failure ?? (count === 1 ? '1 address' : `${count} addresses`),
	});
};

type Attempt = {address: Address | null; from: number};

/** One lane an attempt; the steps that are held bound their number. */
export const connectLanes = (row: Row): Lane[] => {
	const lanes: Lane[] = [];
	let open: Attempt | null = null;
	const end = (to: number | null, outcome: Lane['outcome'], note: string | null): void => {
		if (open === null) return;
		lanes.push(laneOf('connect', [{from: open.from, to}], {address: open.address, outcome, note}));
		open = null;
	};

	for (const step of row.steps) {
		switch (step.step) {
			case 'attempt':
				end(step.at, 'failed', 'given up');
				open = {address: addressOf(step), from: step.at};
				break;
			case 'attempt-failed':
				end(step.at, 'failed', textOf(step.fields.error));
				break;
			case 'attempt-timeout':
				end(step.at, 'failed', 'timed out');
				break;
			case 'connect':
				end(step.at, 'ok', null);
				break;
			case 'error':
				end(step.at, 'failed', withSyns(row, textOf(step.fields.code)));
				break;
			case 'close':
				end(step.at, 'failed', withSyns(row, 'given up'));
				break;
			default:
				break;
		}
	}
	end(row.closedAt, row.closedAt === null ? null : 'failed', withSyns(row, null));
	return lanes;
};

/** What the kernel says of the newest attempt: before it is connected, nothing but SYN can have been sent again. */
const withSyns = (row: Row, note: string | null): string | null => {
	const again = synRetransmits(row);
	if (again === 0) return note;
	const syns = again === 1 ? '1 SYN retransmit' : `${again} SYN retransmits`;
	return note === null ? syns : `${note}, ${syns}`;
};

/** @returns SYN segments that a connection which is not up yet has sent again; 0 also where nobody has looked */
export const synRetransmits = (row: Row): number =>
	row.role === 'client' && first(row, 'connect') === undefined ? (row.kernel?.info?.retransTotal ?? 0) : 0;

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
