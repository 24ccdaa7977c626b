import type {SocketRecord} from '../domain/events.ts';
import type {WireRecord} from '../wire/records.ts';

export type ShortConnection = Extract<WireRecord, {type: 'shortConnection'}>;
export type SingleRecord = Exclude<WireRecord, ShortConnection>;

/**
 * Expands a short connection into the single records that a longer one would have sent, in the order of their
 * times.
 */
export function expandShortConnection(connection: ShortConnection): SocketRecord[] {
	const {id, at: acceptedAt, kind, listener, local, peer} = connection;
	const closedAt = acceptedAt + connection.closed / 1000;
	const timedRecords: SocketRecord[] = [];
	const addRecord = (micros: number | null, record: (at: number) => SocketRecord): void => {
		if (micros !== null) timedRecords.push(record(acceptedAt + micros / 1000));
	};

	addRecord(connection.firstIn, at => ({type: 'firstIn', id, at, bytes: connection.firstInBytes}));
	addRecord(connection.firstOut, at => ({type: 'firstOut', id, at, bytes: connection.firstOutBytes}));
	addRecord(connection.peerEnd, at => ({type: 'peerEnd', id, at}));
	addRecord(connection.localEnd, at => ({type: 'localEnd', id, at}));
	const {method, path, status, count, bytesRead, bytesWritten, reason} = connection;
	const closingRecords: SocketRecord[] = [
		{type: 'close', id, at: closedAt, hadError: false, bytesRead, bytesWritten, reason},
	];
	if (method !== null)
		closingRecords.unshift({type: 'label', id, at: closedAt, method, path, status, count, inbound: true});
	return [
		{type: 'create', id, at: acceptedAt, kind, role: 'server'},
		{type: 'accept', id, at: acceptedAt, local, peer, inode: null, listener},
		...timedRecords.sort((a, b) => a.at - b.at),
		...closingRecords,
	];
}
