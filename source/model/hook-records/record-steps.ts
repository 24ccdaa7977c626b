/** Translates hook records to the steps of the public record format. */

import {knownAddress} from '../../domain/address.ts';
import type {SocketRecord} from '../../domain/events.ts';
import type {StepName} from '../../domain/operation.ts';
import type {Step} from '../../domain/row.ts';
import {unreachable} from '../../shared/unreachable.ts';
import type {Entry} from '../table/entry.ts';
import {errorOf} from './error-phase.ts';

/**
 * The step of a hook's record, with the times since the step that it ends.
 * @param entry its state before the record is applied
 * @param listenerId the row id of a listener with this serial in the same thread
 * @returns null for records that are no steps: samples and repetitions
 */
export function stepOf(
	record: SocketRecord,
	at: number,
	entry: Entry,
	listenerId: (serial: number) => string,
): Step | null {
	const since = (begin: number | null): number | null => (begin === null ? null : Math.max(0, at - begin));
	const step = (name: StepName, fields: Step['fields']): Step => ({at, step: name, fields});

	switch (record.type) {
		case 'create':
			return entry.row.steps.length > 0
				? null
				: step('create', {
						kind: record.kind,
						role: record.role === 'unknown' ? null : record.role,
						site: entry.row.site,
					});
		case 'lookupStart':
			return step('lookup-start', {host: record.host});
		case 'lookup':
			return step('lookup', {
				host: record.host,
				candidates: record.candidates,
				error: record.error,
				ms: since(entry.lookupAt),
			});
		case 'attempt':
			return step('attempt', {address: record.address, index: record.index, error: null, ms: null});
		case 'attemptFailed':
		case 'attemptTimeout':
			return step(record.type === 'attemptFailed' ? 'attempt-failed' : 'attempt-timeout', {
				address: record.address,
				index: record.index,
				error: record.type === 'attemptFailed' ? record.error : null,
				ms: since(entry.attemptAt),
			});
		case 'connect':
			return step('connect', {local: record.local, peer: record.peer, ms: since(entry.attemptAt)});
		case 'accept':
			return step('accept', {
				local: record.local,
				peer: record.peer,
				listener: record.listener === null ? null : listenerId(record.listener),
			});
		case 'bound':
			return step('bind', {local: record.local});
		case 'secure':
			return step('secure', {
				protocol: record.protocol,
				alpn: record.alpn,
				servername: record.servername,
				authorized: record.authorized,
				ms: since(entry.tlsStartedAt),
			});
		case 'listen':
			// Named again in a resync.
			return entry.facts.listening
				? null
				: step('listen', {
						local: knownAddress(record.local),
						backlog: record.backlog,
						error: null,
						connections: null,
					});
		case 'bindError':
			return step('bind-error', {
				local: record.local,
				backlog: null,
				error: record.error,
				connections: null,
			});
		case 'unlisten':
			return step('unlisten', {local: entry.row.local, backlog: null, error: null, connections: null});
		case 'drop':
			return step('drop', {
				local: record.local,
				backlog: null,
				error: null,
				connections: record.connections,
				peer: record.peer,
				drops: record.drops,
			});
		case 'firstIn':
			return step('first-in', {bytes: record.bytes});
		case 'firstOut':
			return step('first-out', {bytes: record.bytes});
		case 'full':
			return step('full', {buffered: record.buffered, ms: null});
		case 'drain':
			return step('drain', {buffered: null, ms: since(entry.bufferFullAt)});
		case 'pause':
			return step('pause', {buffered: record.buffered});
		case 'resume':
			return step('resume', {buffered: null});
		case 'timeout':
			return step('timeout', {ms: entry.row.process?.timeoutMs ?? null});
		case 'peerEnd':
			return step('peer-end', {});
		case 'localEnd':
			return step('local-end', {});
		case 'error':
			return step('error', {
				...errorOf(record, entry),
				local: record.local ?? entry.row.local,
				peer: record.peer ?? entry.row.peer,
				candidates: [...entry.failures],
			});
		case 'close':
			return step('close', {
				hadError: record.hadError,
				bytesRead: record.bytesRead,
				bytesWritten: record.bytesWritten,
				reason: entry.benignClose ?? (record.reason === 'unknown' ? null : record.reason),
			});
		case 'label':
			return record.status === 0
				? step('request', {
						method: record.method,
						path: record.path,
						status: null,
						ms: null,
						direction: record.inbound ? 'in' : 'out',
					})
				: step('response', {
						method: record.method,
						path: record.path,
						status: record.status,
						ms: null,
						direction: record.inbound ? 'out' : 'in',
					});
		case 'secureStart':
		case 'tlsOffer':
		case 'handle':
		case 'site':
		case 'sample':
		case 'exchange':
		case 'serving':
		case 'sampleUdp':
		case 'alive':
			return null;
		default:
			return unreachable(record, 'record');
	}
}
