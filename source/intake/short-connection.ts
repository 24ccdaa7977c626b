import type {WireRecord} from '../wire/records.ts';

type Brief = Extract<WireRecord, {type: 'brief'}>;
export type PlainRecord = Exclude<WireRecord, Brief>;

/** The records that a short connection would have sent one by one, had it lived longer; in the order of their times. */
export function expandBrief(brief: Brief): PlainRecord[] {
	const {id, at: begin, kind, listener, local, peer} = brief;
	const closedAt = begin + brief.closed / 1000;
	const told: PlainRecord[] = [];
	const tell = (micros: number | null, record: (at: number) => PlainRecord): void => {
		if (micros !== null) told.push(record(begin + micros / 1000));
	};

	tell(brief.firstIn, at => ({type: 'firstIn', id, at, bytes: brief.firstInBytes}));
	tell(brief.firstOut, at => ({type: 'firstOut', id, at, bytes: brief.firstOutBytes}));
	tell(brief.peerEnd, at => ({type: 'peerEnd', id, at}));
	tell(brief.localEnd, at => ({type: 'localEnd', id, at}));
	const {method, path, status, count, bytesRead, bytesWritten, reason} = brief;
	const last: PlainRecord[] = [
		{type: 'close', id, at: closedAt, hadError: false, bytesRead, bytesWritten, reason},
	];
	if (method !== null)
		last.unshift({type: 'label', id, at: closedAt, method, path, status, count, inbound: true});
	return [
		{type: 'create', id, at: begin, kind, role: 'server'},
		{type: 'accept', id, at: begin, local, peer, inode: null, listener},
		...told.sort((a, b) => a.at - b.at),
		...last,
	];
}
