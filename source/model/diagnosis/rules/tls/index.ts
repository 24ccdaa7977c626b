/** Findings of the phase `tls`: TCP is established, and the handshake fails or does not finish. */

import type {Evidence, NextStep, RowContext, RowRule, Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import {operations} from '../../../../domain/operation.ts';
import type {Row, RowError} from '../../../../domain/row.ts';
import {loopRunMs, observedWaitMs} from '../../evidence/lookups.ts';
import {endpointFields, evidenceItem, nextCommand} from '../../evidence/wording.ts';
import {routeEvidence} from '../connect/attempt.ts';
import {handshakeNextStep, handshakePeerText, plainEvidence} from './handshake.ts';

const tlsHandshakeFailed: RowRule = {
	name: 'tls-handshake-failed',
	scope: 'row',
	phase: 'tls',
	severity: 'error',
	title: 'the two sides could not agree on TLS',
	stages: ['failed'],
	roles: ['client', 'server'],
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row, pair} = context;
		const {error, role, stageMs: dwell} = row;
		if (error === null || error.phase !== 'tls') return null;
		const operation = operations.find(each => each === error.operation) ?? 'handshake';
		const failedOperation = operation === 'handshake' ? operation : `${operation} of the handshake`;
		const ms = dwell?.tls ?? null;
		const took = ms === null ? '' : ` after ${formatMs(ms)}`;
		return {
			// The client's row has the same finding, with the reason.
			severity: role === 'server' && pair !== null ? 'info' : 'error',
			operation,
			...endpointFields(row),
			message: `${failedOperation} ${handshakePeerText(context)} failed${took}: ${tlsErrorReason(error)} (${error.code})`,
			evidence: [
				evidenceItem(
					'process',
					`${error.code}: ${error.message.slice(0, messageLimit)}`,
					row.closedAt ?? row.stageSince,
				),
				...plainEvidence(context),
				...receivedEvidence(row),
			],
			next: failedNextStep(context, error),
		};
	},
};

const messageLimit = 160;

/** A handshake takes two round trips, and some work for the keys. */
const slowMs = 2000;
/** By now, most handshakes that are still pending are never answered. */
const stalledMs = 5000;

const tlsSlow: RowRule = {
	name: 'tls-slow',
	scope: 'row',
	phase: 'tls',
	severity: 'info',
	title: 'the handshake does not come to its end',
	stages: ['tls'],
	roles: ['client', 'server'],
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row, process, now} = context;
		const since = row.stageSince;
		if (row.stage !== 'tls' || now - since < slowMs) return null;
		// Answers that arrive while the event loop is blocked are not late.
		const ms = observedWaitMs(since, process);
		if (ms < slowMs) return null;
		const blockedMs = now - since - loopRunMs(since, now, process?.blocked ?? []);
		const isStalled = ms >= stalledMs;
		return {
			severity: isStalled ? 'warn' : 'info',
			operation: 'handshake',
			...endpointFields(row),
			message: `handshake ${handshakePeerText(context)} is not done after more than ${formatMs(isStalled ? stalledMs : slowMs)}`,
			evidence: [
				evidenceItem('process', 'TCP is up, and the handshake has begun', since),
				...(blockedMs === 0
					? []
					: [
							evidenceItem(
								'load',
								`the event loop did not run for ${formatMs(blockedMs)} of the time since`,
								now,
							),
						]),
				...plainEvidence(context),
				...receivedEvidence(row),
				...routeEvidence(context),
			],
			next: row.role === 'client' ? handshakeNextStep(context) : nextCommand(context, 'socket'),
		};
	},
};

export const tlsRules: readonly Rule[] = [tlsHandshakeFailed, tlsSlow];

const noTlsReason = 'the other side does not speak TLS there';

/** Texts for codes of OpenSSL (X509_verify_cert_error_string), Node and the system. */
const errorReasons: ReadonlyArray<readonly [RegExp, string]> = [
	[/SELF_SIGNED/, 'the certificate has no signer that this program trusts'],
	[/UNABLE_TO_(?:VERIFY|GET)/, "the signer's certificate is not there or not trusted"],
	[/CERT_HAS_EXPIRED/, 'the certificate has expired'],
	[/CERT_NOT_YET_VALID/, 'the certificate is not valid yet'],
	[/ALTNAME_INVALID|HOSTNAME_MISMATCH/, 'the certificate is for another name'],
	[/CERT_REVOKED/, 'the certificate was revoked'],
	[/ALERT/, 'the other side refused it with an alert'],
	[/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH/, noTlsReason],
	[/UNSUPPORTED_PROTOCOL|NO_SHARED_CIPHER|NO_SUITABLE/, 'the two sides have no version or cipher in common'],
	[/^(?:ECONNRESET|EPIPE)$/, 'the other side closed before the handshake was done'],
	[/^ETIMEDOUT$|TIMEOUT/, 'no answer came in time'],
];

/** A server that spoke plain text has no handshake to try by hand. */
function failedNextStep(context: RowContext, error: RowError): NextStep {
	if (context.row.role !== 'client') return nextCommand(context, 'socket');
	if (tlsErrorReason(error) !== noTlsReason) return handshakeNextStep(context);
	return {
		advice:
			'what answered there is no TLS: connect without it, take the port on which the server speaks TLS, or let TLS begin by the protocol itself (STARTTLS), where it has that',
	};
}

/** Some versions of Node give all of OpenSSL's errors the code EPROTO: the message has the reason. */
function tlsErrorReason({code, message}: RowError): string {
	const text = code === 'EPROTO' ? message.slice(0, messageLimit).toUpperCase().replaceAll(' ', '_') : code;
	return (
		errorReasons.find(([pattern]) => pattern.test(text))?.[1] ?? 'the certificate or the protocol was refused'
	);
}

function receivedEvidence({kernel}: Row): Evidence[] {
	const received = kernel?.info?.bytesReceived ?? null;
	if (kernel === null || received === null) return [];
	return [
		evidenceItem(
			'kernel',
			`${received} bytes have come on this connection`,
			kernel.infoSeenAt ?? kernel.seenAt,
		),
	];
}
