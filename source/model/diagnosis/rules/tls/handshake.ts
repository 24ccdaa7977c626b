/** The other end of a handshake, which is the connection's peer or an origin behind a proxy; and how to try it by hand. */

import type {Evidence, NextStep, RowContext} from '../../../../domain/diagnosis/diagnosis.ts';
import {sanitize} from '../../../../text/sanitize.ts';
import {commandInNamespace, endpointsText, evidenceItem} from '../../evidence/wording.ts';
import {hostTextOf, inetAddress} from '../connect/attempt.ts';

/** "to mail.test (10.0.0.9:465) from …", or "with shop.test:443 through the proxy at 10.0.0.9:3128 from …". */
export const handshakePeerText = (context: RowContext): string => {
	const origin = originOf(context);
	const text = endpointsText(context.row);
	return origin === null
		? text
		: `with ${origin.name}:${origin.port} through the proxy${text.replace(/^to/, ' at')}`;
};

type Origin = {name: string; port: number};

/**
 * The origin of TLS on a connection through a proxy: plain bytes passed on it before, and TLS is meant for another
 * host than the peer, or carries HTTP, which has no STARTTLS.
 */
function originOf({row, upgradedAt = null, tlsOffer = null}: RowContext): Origin | null {
	if (tlsOffer === null || upgradedAt === null || plainBytesOf(row, upgradedAt) === null) return null;
	const name = tlsOffer.servername ?? tlsOffer.host;
	const {port, host, http} = tlsOffer;
	if (name === null || port === null) return null;
	const peer = inetAddress(row.peer);
	const isPeers = peer !== null && port === peer.port && (host === peer.address || host === row.host);
	return http || !isPeers ? {name: sanitize(name.slice(0, maxNameLength)), port} : null;
}

/** RFC 1035 §2.3.4. */
const maxNameLength = 255;

/** The bytes of the first write before TLS began, 0 where the other side spoke first; null where nothing passed before. */
function plainBytesOf({steps}: RowContext['row'], upgradedAt: number): number | null {
	const before = steps.filter(
		({step, at}) => (step === 'first-out' || step === 'first-in') && at <= upgradedAt,
	);
	if (before.length === 0) return null;
	const bytes = before.find(({step}) => step === 'first-out')?.fields.bytes;
	return typeof bytes === 'number' ? bytes : 0;
}

/** That the connection was plain before, where it was. */
export function plainEvidence({row, upgradedAt = null}: RowContext): Evidence[] {
	if (upgradedAt === null || plainBytesOf(row, upgradedAt) === null) return [];
	return [evidenceItem('process', 'bytes passed in plain before TLS began on this connection', upgradedAt)];
}

/** Protocols in which TLS begins on a plain connection, by their usual port, as openssl s_client names them. */
const startTlsByPort: ReadonlyMap<number, string> = new Map([
	[21, 'ftp'],
	[25, 'smtp'],
	[110, 'pop3'],
	[119, 'nntp'],
	[143, 'imap'],
	[389, 'ldap'],
	[587, 'smtp'],
	[3306, 'mysql'],
	[4190, 'sieve'],
	[5222, 'xmpp'],
	[5269, 'xmpp-server'],
	[5432, 'postgres'],
]);

/** A request by CONNECT is longer, and the greetings of SOCKS (RFC 1928 §3) are shorter, in bytes. */
const shortestConnect = 20;

/** Tries the handshake by hand, as the program does: the same name, the same protocols, the same way. */
export function handshakeNextStep(context: RowContext): NextStep {
	const {row, upgradedAt = null, tlsOffer = null} = context;
	const {peer, host} = row;
	const peerAddress = inetAddress(peer);
	if (peerAddress === null) return {advice: 'try the handshake by hand, with a TLS client on that path'};
	const address = `${hostTextOf(peerAddress)}:${peerAddress.port}`;
	const fallbackName = host === null || host === peerAddress.address ? null : host;
	const name = tlsOffer === null ? fallbackName : tlsOffer.servername;
	const options = [
		...(name === null ? [] : ['-servername', name]),
		...(tlsOffer === null || tlsOffer.alpn.length === 0 ? [] : ['-alpn', tlsOffer.alpn.join(',')]),
	];
	const plainBytes = upgradedAt === null ? null : plainBytesOf(row, upgradedAt);
	const client = ['openssl', 's_client'];
	if (plainBytes === null) return commandInNamespace(context, [...client, '-connect', address, ...options]);

	const origin = originOf(context);
	if (origin !== null) {
		const target = `${origin.name}:${origin.port}`;
		return plainBytes >= shortestConnect
			? commandInNamespace(context, [...client, '-proxy', address, '-connect', target, ...options])
			: {
					advice: `openssl has no option for a SOCKS proxy: curl -v --proxy socks5h://${address} https://${target}/ tries the handshake on the same way`,
				};
	}

	const protocol = startTlsByPort.get(peerAddress.port);
	const command = [...client, '-connect', address, '-starttls', protocol ?? 'PROTOCOL', ...options];
	return protocol === undefined
		? {
				advice: `TLS began on a connection that was plain before (STARTTLS): ${sanitize(command.join(' '))}, with the server's protocol: smtp, imap, pop3, ftp, ldap, postgres, mysql or xmpp`,
			}
		: commandInNamespace(context, command);
}
