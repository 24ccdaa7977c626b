/** The HTTP state of a connection: its current message, the number of messages, and an upgrade. */

import type {SocketRecord} from '../../domain/events.ts';
import {sampleFlags} from '../../domain/events.ts';
import type {HttpView} from '../../domain/row.ts';
import type {Entry} from '../table/entry.ts';

type RecordOf<Type extends SocketRecord['type']> = Extract<SocketRecord, {type: Type}>;

const emptyHttpView: HttpView = {protocol: null, requests: null, open: null};

export function applyLabel(entry: Entry, {method, path, status, count}: RecordOf<'label'>): void {
	const {row, hookCountsHttp} = entry;
	entry.isAnswered = status !== 0;
	const before = row.http ?? emptyHttpView;
	const open = hookCountsHttp || status !== 0 ? before.open : 1;
	row.http = {...before, requests: count, open};
	// CONNECT says by itself that a tunnel follows.
	const protocol = method === 'CONNECT' ? null : before.protocol;
	row.label = [method, path, status === 0 ? null : status, protocol]
		.filter(word => word !== null && word !== '')
		.join(' ');
}

/** ALPN proves HTTP/2, even where no stream is reported. */
export function applyAlpn({row}: Entry, {alpn}: RecordOf<'secure'>): void {
	if (alpn === 'h2') row.http = {...(row.http ?? emptyHttpView), protocol: alpn};
}

export function applyHttpActivity(entry: Entry, {protocol, open}: RecordOf<'exchange'>): void {
	entry.hookCountsHttp = true;
	entry.row.http = {...(entry.row.http ?? emptyHttpView), protocol, open};
}

/** A connection that closed without an error behind its last answer has no request under way, though no sample said so. */
export function applyHttpClose(
	{row, hookCountsHttp, isAnswered}: Entry,
	{hadError}: RecordOf<'close'>,
): void {
	if (row.http === null || hookCountsHttp || row.http.protocol !== null) return;
	if (isAnswered && !hadError) row.http = {...row.http, open: 0};
}

/** Only where the hook does not count by itself. */
export function applyHttpSample({row, hookCountsHttp}: Entry, {flags}: RecordOf<'sample'>): void {
	if (row.http === null || hookCountsHttp || row.http.protocol !== null) return;
	const open = flags & sampleFlags.httpMessage ? 1 : 0;
	if (row.http.open !== open) row.http = {...row.http, open};
}
