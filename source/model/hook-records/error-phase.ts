/** The phase and operation of a failed connection. */

import {formatAddress} from '../../domain/format.ts';
import type {Operation} from '../../domain/operation.ts';
import type {Phase, RowError} from '../../domain/row.ts';
import type {StageFacts} from '../../domain/stage.ts';
import type {Entry} from '../table/entry.ts';

const operationBySystemCall: ReadonlyMap<string, Operation> = new Map([
	['getaddrinfo', 'lookup'],
	['queryA', 'lookup'],
	['queryAaaa', 'lookup'],
	['bind', 'bind'],
	['listen', 'listen'],
	['connect', 'connect'],
	['accept', 'accept'],
	['read', 'read'],
	['write', 'write'],
	['recvmsg', 'read'],
	['send', 'write'],
	['shutdown', 'shutdown'],
]);

/** The socket's state at its error. */
export type ErrorFacts = Pick<StageFacts, 'lookingUp' | 'connecting' | 'securing' | 'connected' | 'accepted'>;

/**
 * @param systemCall as named by Node's error; '' for an error of another kind
 * @param code the error's code, e.g. "ECONNRESET"
 */
export function operationOf(systemCall: string, code: string, facts: ErrorFacts): Operation {
	// OpenSSL's errors may come as `write EPROTO`, too.
	if (isTlsCode(code)) return 'handshake';
	const operation = operationBySystemCall.get(systemCall);
	if (operation !== undefined) return operation;
	// Node itself refuses to write behind the other side's end.
	if (code === 'EPIPE') return 'write';
	// An error without a system call is the program's own, unless it has a system error's code.
	if (!isSystemCode(code)) return 'destroy';
	if (facts.lookingUp) return 'lookup';
	if (!facts.connected && !facts.accepted && facts.connecting) return 'connect';
	return facts.securing ? 'handshake' : 'read';
}

/**
 * Includes getaddrinfo's codes (EAI_AGAIN) and Node's for all candidates of a race; its other ERR_… are not
 * system errors.
 */
const isSystemCode = (code: string): boolean =>
	/^E(?!RR_)[A-Z0-9_]+$/.test(code) || code === 'ERR_SOCKET_CONNECTION_TIMEOUT';

/**
 * OpenSSL's codes, Node's for TLS, and the names of X509_verify_cert_error_string (Node's
 * src/crypto/crypto_common).
 */
const isTlsCode = (code: string): boolean =>
	code === 'EPROTO' ||
	/^ERR_(?:SSL|TLS)_/.test(code) ||
	/(?:^|_)(?:CERT|CRL|CERTIFICATE|SELF_SIGNED|LEAF_SIGNATURE)(?:_|$)/.test(code) ||
	/^(?:INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/.test(code) ||
	code === 'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY';

const phaseByOperation: Readonly<Record<Operation, Phase>> = {
	lookup: 'lookup',
	bind: 'bind',
	listen: 'bind',
	connect: 'connect',
	accept: 'accept',
	handshake: 'tls',
	read: 'read',
	write: 'write',
	shutdown: 'close',
	destroy: 'close',
};

/** A read or write that fails during the TLS handshake belongs to the phase tls. */
export const phaseOf = (operation: Operation, {securing}: Pick<ErrorFacts, 'securing'>): Phase =>
	securing && (operation === 'read' || operation === 'write') ? 'tls' : phaseByOperation[operation];

/**
 * The error of a row, and of its step.
 *
 * @param entry its state before the error
 */
export function errorOf(
	record: {operation: string; error: string; message: string},
	{facts, failures}: {facts: ErrorFacts; failures: Entry['failures']},
): RowError & {operation: Operation} {
	const operation = operationOf(record.operation, record.error, facts);
	// The error of a race over several addresses has no message.
	const attempts = failures.map(({address, code}) => `${code} ${formatAddress(address)}`);
	const fallbackMessage = attempts.length === 0 ? record.error : `connect ${attempts.join(', ')}`;
	return {
		operation,
		phase: phaseOf(operation, facts),
		code: record.error,
		message: record.message || fallbackMessage,
	};
}
