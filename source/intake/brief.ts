import type {WireRecord} from '../wire/records.ts';

type Brief = Extract<WireRecord, {type: 'brief'}>;
export type PlainRecord = Exclude<WireRecord, Brief>;

/** The records that a short connection would have sent one by one, had it lived longer; in the order of their times. */
export function expandBrief(brief: Brief): PlainRecord[] {
	const {id, at, kind, listener, local, peer, closedAt} = brief;
	const told: PlainRecord[] = [];
	const tell = (time: number | null, record: (at: number) => PlainRecord): void => {
		if (time !== null) told.push(record(time));
	};

	tell(brief.firstInAt, at => ({type: 'firstIn', id, at, bytes: brief.firstInBytes}));
	tell(brief.firstOutAt, at => ({type: 'firstOut', id, at, bytes: brief.firstOutBytes}));
	tell(brief.peerEndAt, at => ({type: 'peerEnd', id, at}));
	tell(brief.localEndAt, at => ({type: 'localEnd', id, at}));
	const {method, path, status, count, bytesRead, bytesWritten, reason} = brief;
	const last: PlainRecord[] = [
		{type: 'close', id, at: closedAt, hadError: false, bytesRead, bytesWritten, reason},
	];
	if (method !== null)
		last.unshift({type: 'label', id, at: closedAt, method, path, status, count, inbound: true});
	return [
		{type: 'create', id, at, kind, role: 'server'},
		{type: 'accept', id, at, local, peer, inode: null, listener},
		...told.sort((a, b) => a.at - b.at),
		...last,
	];
}
