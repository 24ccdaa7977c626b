import {describe, expect, it} from 'vitest';
import type {Operation} from '../../../../source/domain/operation.ts';
import type {Phase} from '../../../../source/domain/row.ts';
import {
	type ErrorFacts,
	errorOf,
	operationOf,
	phaseOf,
} from '../../../../source/model/hook-records/error-phase.ts';
import {closed, connectedClient, createSession, internet} from '../../../helpers/model/session.ts';

const nowhere: ErrorFacts = {
	lookingUp: false,
	connecting: false,
	securing: false,
	connected: false,
	accepted: false,
};
const lookingUp = {...nowhere, lookingUp: true};
const connecting = {...nowhere, connecting: true};
const connected = {...nowhere, connected: true};
const accepted = {...nowhere, accepted: true};
const securing = {...connected, securing: true};

describe('the operation and phase of an error', () => {
	it.each<[systemCall: string, code: string, ErrorFacts, Operation, Phase]>([
		['getaddrinfo', 'ENOTFOUND', lookingUp, 'lookup', 'lookup'],
		['getaddrinfo', 'EAI_AGAIN', lookingUp, 'lookup', 'lookup'],
		['queryA', 'ESERVFAIL', lookingUp, 'lookup', 'lookup'],
		['queryAaaa', 'ENODATA', lookingUp, 'lookup', 'lookup'],
		['', 'EAI_AGAIN', lookingUp, 'lookup', 'lookup'],
		['bind', 'EADDRNOTAVAIL', connecting, 'bind', 'bind'],
		['listen', 'EADDRINUSE', nowhere, 'listen', 'bind'],
		['connect', 'ECONNREFUSED', connecting, 'connect', 'connect'],
		['connect', 'EHOSTUNREACH', connecting, 'connect', 'connect'],
		['', 'ETIMEDOUT', connecting, 'connect', 'connect'],
		['', 'ERR_SOCKET_CONNECTION_TIMEOUT', connecting, 'connect', 'connect'],
		['accept', 'EMFILE', nowhere, 'accept', 'accept'],
		['read', 'ECONNRESET', connected, 'read', 'read'],
		['read', 'ETIMEDOUT', accepted, 'read', 'read'],
		['', 'ECONNRESET', connected, 'read', 'read'],
		['write', 'EPIPE', connected, 'write', 'write'],
		['', 'EPIPE', connected, 'write', 'write'],
		['shutdown', 'ENOTCONN', connected, 'shutdown', 'close'],

		['read', 'ECONNRESET', securing, 'read', 'tls'],
		['', 'ECONNRESET', securing, 'handshake', 'tls'],
		['write', 'EPROTO', securing, 'handshake', 'tls'],
		['', 'ERR_SSL_WRONG_VERSION_NUMBER', securing, 'handshake', 'tls'],
		['', 'ERR_TLS_CERT_ALTNAME_INVALID', securing, 'handshake', 'tls'],
		['', 'ERR_TLS_HANDSHAKE_TIMEOUT', {...accepted, securing: true}, 'handshake', 'tls'],
		['', 'CERT_HAS_EXPIRED', securing, 'handshake', 'tls'],
		['', 'DEPTH_ZERO_SELF_SIGNED_CERT', securing, 'handshake', 'tls'],
		['', 'SELF_SIGNED_CERT_IN_CHAIN', securing, 'handshake', 'tls'],
		['', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', securing, 'handshake', 'tls'],
		['', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', securing, 'handshake', 'tls'],
		['', 'ERROR_IN_CERT_NOT_BEFORE_FIELD', securing, 'handshake', 'tls'],
		['', 'HOSTNAME_MISMATCH', securing, 'handshake', 'tls'],

		['', 'Error', connected, 'destroy', 'close'],
		['', 'Error', connecting, 'destroy', 'close'],
		['', 'ABORT_ERR', connecting, 'destroy', 'close'],
		['', 'ERR_STREAM_PREMATURE_CLOSE', connected, 'destroy', 'close'],
		['', 'EMPTY cart', connected, 'destroy', 'close'],
		['', 'INVALID_CART', connected, 'destroy', 'close'],
		['constructor', 'Error', connected, 'destroy', 'close'],
		['__proto__', 'toString', connected, 'destroy', 'close'],
	])('call "%s", code %s', (systemCall, code, facts, operation, phase) => {
		const found = operationOf(systemCall, code, facts);
		expect(found).toBe(operation);
		expect(phaseOf(found, facts)).toBe(phase);
	});
});

describe('the message of an error', () => {
	const failures = [
		{address: internet('[2001:db8::1]:443'), code: 'ENETUNREACH'},
		{address: internet('10.0.0.9:443'), code: 'ECONNREFUSED'},
		{address: null, code: 'ETIMEDOUT'},
	];

	it.each([
		['its own', 'connect ECONNREFUSED 10.0.0.9:443', failures, 'connect ECONNREFUSED 10.0.0.9:443'],
		[
			'made of all attempts, where a race has none of its own',
			'',
			failures,
			'connect ENETUNREACH [2001:db8::1]:443, ECONNREFUSED 10.0.0.9:443, ETIMEDOUT –',
		],
		['its code, where there is nothing else', '', [], 'ECONNREFUSED'],
	])('is %s', (_, message, attempts, expected) => {
		const record = {operation: 'connect', error: 'ECONNREFUSED', message};
		expect(errorOf(record, {facts: connecting, failures: attempts})).toEqual({
			operation: 'connect',
			phase: 'connect',
			code: 'ECONNREFUSED',
			message: expected,
		});
	});

	it('is the same in the row and in its step', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.report(0, 1, 'attempt', {address: internet('10.0.0.9:443'), index: 1, of: 1});
		session.report(1, 1, 'attemptTimeout', {address: internet('10.0.0.9:443'), index: 1});
		session.report(1, 1, 'error', {operation: '', error: 'ETIMEDOUT', message: '', local: null, peer: null});
		const row = session.row('1.0.1');
		expect(row.error).toEqual({
			operation: 'connect',
			phase: 'connect',
			code: 'ETIMEDOUT',
			message: 'connect ETIMEDOUT 10.0.0.9:443',
		});
		expect(row.steps.at(-1)?.fields).toMatchObject({...row.error});
	});

	it("reported late belongs to the connection's phase at that time, not to its lookup", () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.report(0, 1, 'lookupStart', {host: 'api.internal'});
		// The records of the lookup's end and of the attempt were lost.
		session.report(1, 1, 'connect', {local: null, peer: internet('10.0.0.9:443'), inode: 5});
		session.report(2, 1, 'error', {
			operation: '',
			error: 'ECONNRESET',
			message: '',
			local: null,
			peer: null,
		});
		expect(session.row('1.0.1').error).toMatchObject({operation: 'read', phase: 'read'});
	});
});

it('stays in a failed row after the socket was closed', () => {
	const session = createSession();
	connectedClient(session, 1);
	session.report(1, 1, 'error', {
		operation: 'read',
		error: 'ECONNRESET',
		message: 'read ECONNRESET',
		local: null,
		peer: null,
	});
	session.report(1, 1, 'close', {...closed, hadError: true, reason: 'reset'});
	expect(session.row('1.0.1')).toMatchObject({stage: 'failed', error: {code: 'ECONNRESET', phase: 'read'}});
});
