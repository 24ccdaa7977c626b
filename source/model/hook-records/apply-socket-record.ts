/** Applies one record of a hook to its row. */

import {knownAddress} from '../../domain/address.ts';
import type {SocketRecord} from '../../domain/events.ts';
import type {Address, Role} from '../../domain/row.ts';
import {unreachable} from '../../shared/unreachable.ts';
import {type Entry, maxFailures, recordActivity} from '../table/entry.ts';
import {clearKernelView, close, reopen} from '../table/lifecycle.ts';
import {benignCloseOf} from './benign-close.ts';
import {errorOf} from './error-phase.ts';
import {applyAlpn, applyHttpActivity, applyHttpClose, applyHttpSample, applyLabel} from './http-view.ts';
import {applySample, applyUdpSample, finalProcessView, totalBytes} from './process-view.ts';

/** Limit of an error code's length: text from outside. */
const maxCodeLength = 64;

/** @param listenerId the row id of a listener with this serial in the same thread */
export function applySocketRecord(
	entry: Entry,
	record: SocketRecord,
	at: number,
	listenerId: (serial: number) => string,
): void {
	const {row, facts} = entry;
	switch (record.type) {
		case 'site':
			row.site = record.site;
			break;
		case 'create':
			row.kind = record.kind;
			setRole(entry, record.role === 'unknown' ? null : record.role);
			facts.securing = record.kind === 'tls';
			break;
		case 'secureStart':
			row.kind = 'tls';
			facts.securing = true;
			entry.tlsStartedAt = at;
			entry.tls.isUpgraded = true;
			break;
		case 'tlsOffer': {
			const {servername, alpn, host, port, http} = record;
			entry.tls.offer = {servername, alpn, host, port, http};
			break;
		}

		case 'lookupStart':
			setRole(entry, 'client');
			row.host = record.host;
			facts.lookingUp = true;
			entry.lookupAt = at;
			break;
		case 'lookup':
			facts.lookingUp = record.error !== null;
			break;
		case 'attempt':
			setRole(entry, 'client');
			row.attempt = {n: record.index, of: record.of};
			row.peer = record.address;
			row.local = null;
			facts.lookingUp = false;
			facts.connecting = true;
			entry.attemptAt = at;
			clearKernelView(entry);
			break;
		case 'attemptFailed':
			addFailure(entry, record.address, record.error);
			break;
		case 'attemptTimeout':
			addFailure(entry, record.address, 'ETIMEDOUT');
			break;
		case 'handle':
			row.local = record.local ?? row.local;
			entry.inode = record.inode;
			break;
		case 'connect':
		case 'accept':
			row.local = record.local ?? row.local;
			row.peer = record.peer ?? row.peer;
			entry.inode = record.inode ?? entry.inode;
			facts.connecting = false;
			facts.lookingUp = false;
			if (record.type === 'connect') {
				facts.connected = true;
				if (row.kind === 'udp') setRole(entry, 'client');
			} else {
				facts.accepted = true;
				row.listener = record.listener === null ? null : listenerId(record.listener);
			}

			if (facts.securing) entry.tlsStartedAt ??= at;
			break;
		case 'bound':
			row.local = record.local;
			row.peer = null;
			row.route = null;
			row.error = null;
			row.role = null;
			facts.role = null;
			entry.inode = record.inode;
			facts.connected = true;
			facts.failed = false;
			break;
		case 'secure':
			facts.securing = false;
			applyAlpn(entry, record);
			break;
		case 'listen':
			if (facts.closed) reopen(entry, at);
			setRole(entry, 'listener');
			// The kernel's table has the path that Node does not know.
			row.local = knownAddress(record.local) ?? (entry.inode === record.inode ? row.local : null);
			row.kind = record.local !== null && 'path' in record.local ? 'unix' : 'tcp';
			entry.inode = record.inode;
			facts.listening = true;
			break;
		case 'bindError':
			setRole(entry, 'listener');
			row.local = record.local;
			if (record.local !== null && 'path' in record.local) row.kind = 'unix';
			facts.failed = true;
			facts.closed = true;
			row.closedAt = at;
			row.error = {...errorOf(record, entry), phase: 'bind'};
			break;
		case 'unlisten':
			facts.listening = false;
			close(entry, at);
			break;
		case 'firstIn':
		case 'firstOut':
			facts.bytesPassed = true;
			recordActivity(entry, at);
			break;
		case 'full':
			facts.needDrain = true;
			entry.bufferFullAt = at;
			break;
		case 'drain':
			facts.needDrain = false;
			entry.bufferFullAt = null;
			break;
		case 'pause':
			facts.readingStopped = true;
			break;
		case 'resume':
			facts.readingStopped = false;
			break;
		case 'peerEnd':
			facts.peerEnded = true;
			break;
		case 'localEnd':
			facts.localEnded = true;
			break;
		case 'timeout':
			break;
		case 'error':
			entry.benignClose = benignCloseOf(record, entry);
			if (entry.benignClose === 'local-end') entry.resetAfterEnd = errorOf(record, entry);
			if (entry.benignClose !== null) break;
			row.error = errorOf(record, entry);
			// A bound UDP socket stays usable: the error belongs to one datagram.
			facts.failed = row.kind !== 'udp' || !facts.connected;
			row.local = record.local ?? row.local;
			row.peer = record.peer ?? row.peer;
			break;
		case 'close':
			if (record.hadError && entry.benignClose === null) facts.failed = true;
			entry.isHandedOver = record.reason === 'handed-over';
			// Bytes passed after the newest sample.
			if (row.process !== null && totalBytes(record) > totalBytes(row.process)) recordActivity(entry, at);
			row.process = finalProcessView(row.process, record, at);
			applyHttpClose(entry, record);
			close(entry, at);
			break;
		case 'sample':
			applySample(entry, record, at);
			applyHttpSample(entry, record);
			break;
		case 'sampleUdp':
			applyUdpSample(entry, record, at);
			break;
		case 'label':
			applyLabel(entry, record);
			recordActivity(entry, at);
			break;
		case 'serving': {
			const {connections, maxConnections, drops} = record;
			row.connections = {connections, maxConnections, drops};
			break;
		}

		case 'drop':
			row.connections = {
				maxConnections: row.connections?.maxConnections ?? null,
				connections: record.connections,
				drops: record.drops,
			};
			recordActivity(entry, at);
			break;
		case 'exchange':
			applyHttpActivity(entry, record);
			break;
		case 'alive':
			if (facts.closed) reopen(entry, row.openedAt);
			row.kind = record.kind;
			setRole(entry, record.role === 'unknown' ? null : record.role);
			row.host = record.host ?? row.host;
			row.local = record.local ?? row.local;
			row.peer = record.peer ?? row.peer;
			row.listener = record.listener === null ? row.listener : listenerId(record.listener);
			entry.inode = record.inode ?? entry.inode;
			facts.connecting = record.connecting;
			facts.securing = record.securing;
			if (record.connecting) break;
			facts.lookingUp = false;
			if (record.role === 'server') facts.accepted = true;
			else if (record.peer !== null || record.inode !== null) facts.connected = true;
			break;
		default:
			unreachable(record, 'record');
	}
}

function addFailure({failures}: Entry, address: Address | null, code: string): void {
	if (failures.length < maxFailures) failures.push({address, code: code.slice(0, maxCodeLength)});
}

function setRole(entry: Entry, role: Role | null): void {
	if (role === null) return;
	entry.row.role = role;
	entry.facts.role = role;
}
