/** Findings of the phase `tls`: TCP is up, and the handshake fails or does not come to its end. */

import type {Evidence, Next, RowRule, RowSituation, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../domain/format.ts';
import {operations} from '../../../domain/operation.ts';
import type {Row, RowError} from '../../../domain/row.ts';
import {ranFor, waitedFor} from '../evidence/lookups.ts';
import {addressesOf, endpoints, fact, look} from '../evidence/wording.ts';
import {command, internet, routeFact} from './connect/attempt.ts';

const failed: RowRule = {
	name: 'tls-handshake-failed',
	of: 'row',
	phase: 'tls',
	severity: 'error',
	title: 'the two sides could not agree on TLS',
	stages: ['failed'],
	roles: ['client', 'server'],
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row, pair} = situation;
		const {error, role, stageMs: dwell} = row;
		if (error === null || error.phase !== 'tls') return null;
		const operation = operations.find(each => each === error.operation) ?? 'handshake';
		const what = operation === 'handshake' ? operation : `${operation} of the handshake`;
		const ms = dwell?.tls ?? null;
		const took = ms === null ? '' : ` after ${formatMs(ms)}`;
		return {
			// The client's row says the same, and why.
			severity: role === 'server' && pair !== null ? 'info' : 'error',
			operation,
			...addressesOf(row),
			message: `${what} ${endpoints(row)} failed${took}: ${reasonOf(error)} (${error.code})`,
			evidence: [
				fact(
					'process',
					`${error.code}: ${error.message.slice(0, messageShown)}`,
					row.closedAt ?? row.stageSince,
				),
				...receivedFact(row),
			],
			next: role === 'client' ? handshakeAgain(situation) : look(situation, 'socket'),
		};
	},
};

const messageShown = 160;

/** A handshake is two ways there and back, and some work for the keys. */
const slowMs = 2000;
/** Nobody waits so long for a page: mostly the other side never answers. */
const stuckMs = 5000;

const slow: RowRule = {
	name: 'tls-slow',
	of: 'row',
	phase: 'tls',
	severity: 'info',
	title: 'the handshake does not come to its end',
	stages: ['tls'],
	roles: ['client', 'server'],
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row, process, now} = situation;
		const since = row.stageSince;
		if (row.stage !== 'tls' || now - since < slowMs) return null;
		// What comes while the event loop is blocked is not late.
		const ms = waitedFor(since, process);
		if (ms < slowMs) return null;
		const blockedMs = now - since - ranFor(since, now, process?.blocked ?? []);
		const isStuck = ms >= stuckMs;
		return {
			severity: isStuck ? 'warn' : 'info',
			operation: 'handshake',
			...addressesOf(row),
			message: `handshake ${endpoints(row)} is not done after more than ${formatMs(isStuck ? stuckMs : slowMs)}`,
			evidence: [
				fact('process', 'TCP is up, and the handshake has begun', since),
				...(blockedMs === 0
					? []
					: [fact('load', `the event loop did not run for ${formatMs(blockedMs)} of the time since`, now)]),
				...receivedFact(row),
				...routeFact(situation),
			],
			next: row.role === 'client' ? handshakeAgain(situation) : look(situation, 'socket'),
		};
	},
};

export const tlsRules: readonly Rule[] = [failed, slow];

/** What a code of OpenSSL (X509_verify_cert_error_string), Node or the system means to people. */
const reasons: ReadonlyArray<readonly [RegExp, string]> = [
	[/SELF_SIGNED/, 'the certificate is signed by nobody that this program trusts'],
	[/UNABLE_TO_(?:VERIFY|GET)/, 'the certificate of whoever signed is not there or not trusted'],
	[/CERT_HAS_EXPIRED/, 'the certificate has expired'],
	[/CERT_NOT_YET_VALID/, 'the certificate is not valid yet'],
	[/ALTNAME_INVALID|HOSTNAME_MISMATCH/, 'the certificate is for another name'],
	[/CERT_REVOKED/, 'the certificate was revoked'],
	[/ALERT/, 'the other side refused it with an alert'],
	[/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH/, 'the other side does not speak TLS there'],
	[/UNSUPPORTED_PROTOCOL|NO_SHARED_CIPHER|NO_SUITABLE/, 'the two sides have no version or cipher in common'],
	[/^(?:ECONNRESET|EPIPE)$/, 'the other side closed before the handshake was done'],
	[/^ETIMEDOUT$|TIMEOUT/, 'no answer came in time'],
];

/** Some versions of Node give OpenSSL's refusals all the same code: the message says what it is. */
function reasonOf({code, message}: RowError): string {
	const text = code === 'EPROTO' ? message.slice(0, messageShown).toUpperCase().replaceAll(' ', '_') : code;
	return (
		reasons.find(([pattern]) => pattern.test(text))?.[1] ?? 'the certificate or the protocol was refused'
	);
}

function receivedFact({kernel}: Row): Evidence[] {
	const received = kernel?.info?.bytesReceived ?? null;
	if (kernel === null || received === null) return [];
	return [
		fact('kernel', `${received} bytes have come on this connection`, kernel.infoSeenAt ?? kernel.seenAt),
	];
}

function handshakeAgain(situation: RowSituation): Next {
	const {peer, host} = situation.row;
	const far = internet(peer);
	if (far === null) return {advice: 'try the handshake by hand: openssl s_client -connect HOST:PORT'};
	const address = far.family === 6 ? `[${far.address}]` : far.address;
	const name = host === null || host === far.address ? [] : ['-servername', host];
	return command(situation, ['openssl', 's_client', '-connect', `${address}:${far.port}`, ...name]);
}
