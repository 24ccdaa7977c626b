/**
 * Findings of the phase `boundary`: the network between the two ends, as far as the ends show it. None is a
 * failure.
 */

import {normalizeAddress} from '../../../domain/address.ts';
import type {Evidence, Finding, RowContext, RowRule, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../domain/format.ts';
import type {Address, Row, Stage} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {
	hostVirtualNetworkOf,
	oldestPerVirtualNetwork,
	relaySourceOf,
	type TranslatedConnection,
	translatedConnectionOf,
} from '../evidence/relays-and-nat.ts';
import {commandInNamespace, endpointsText, evidenceItem, nextCommand} from '../evidence/wording.ts';

/** Stages of a connection that is or was established. */
const connectedStages: readonly Stage[] = [
	...(['tls', 'accepted', 'open', 'draining', 'paused', 'peer-ended', 'ended', 'closing'] as const),
	...(['lingering', 'closed'] as const),
];

const common = {
	scope: 'row',
	phase: 'boundary',
	severity: 'info',
	stages: connectedStages,
	// Counters of two rows, and both ends of a connection, arrive one after the other.
	raiseAfterMs: 1000,
	clearAfterMs: 5000,
} as const;

const tunnelRefused: RowRule = {
	...common,
	name: 'tunnel-refused',
	severity: 'warn',
	title: 'the proxy refused the tunnel',
	stages: [...connectedStages, 'failed'],
	roles: ['client'],
	isEvent: true,
	find(context) {
		const proxyRequest = proxyRequestOf(context.row);
		return proxyRequest === null || !isRefused(proxyRequest) ? null : refusalFinding(context, proxyRequest);
	},
};

const proxyHop: RowRule = {
	...common,
	name: 'proxy-hop',
	title: 'the connection goes on through a proxy',
	roles: ['client'],
	isEvent: true,
	find(context) {
		const proxyRequest = proxyRequestOf(context.row);
		if (proxyRequest === null) return relayFinding(context);
		return isTunnel(context.row, proxyRequest) ? tunnelFinding(context, proxyRequest) : null;
	},
};

/** `answer` is null until the proxy's answer is seen. */
type ProxyRequest = {target: string; at: number; answer: {status: number; at: number} | null};

/** Any 2xx makes a tunnel (RFC 9110 §9.3.6). */
const isRefused = ({answer}: ProxyRequest): boolean =>
	answer !== null && (answer.status < 200 || answer.status > 299);

/** The proxy's answer is seen, or the connection is used behind it. */
const isTunnel = ({http}: Row, proxyRequest: ProxyRequest): boolean =>
	proxyRequest.answer === null
		? http?.protocol === 'tunnel' || (http?.requests ?? 0) > 1
		: !isRefused(proxyRequest);

/** The target of a proxy request by CONNECT (RFC 9110 §9.3.6), the first request of its connection. */
function proxyRequestOf({http, steps}: Row): ProxyRequest | null {
	if (http === null) return null;
	const request = steps.find(({step}) => step === 'request' || step === 'response');
	const {method, path} = request?.fields ?? {};
	if (request === undefined || method !== 'CONNECT' || typeof path !== 'string') return null;
	const answered = steps.find(({step, fields}) => step === 'response' && fields.method === 'CONNECT');
	const status = answered?.fields.status;
	return {
		target: sanitize(path.slice(0, maxTargetLength)),
		at: request.at,
		answer: answered !== undefined && typeof status === 'number' ? {status, at: answered.at} : null,
	};
}

const maxTargetLength = 262;

function tunnelFinding(context: RowContext, {target, at}: ProxyRequest): Finding {
	const {row} = context;
	return {
		operation: 'connect',
		local: row.local,
		peer: row.peer,
		message: `connect ${endpointsText(row)} reached a proxy, which was asked for a tunnel to ${target || 'another place'}`,
		evidence: [evidenceItem('process', `the first request was CONNECT ${target}`, at)],
		next: nextCommand(context, 'socket'),
	};
}

/** What the proxy's status asks for (RFC 9110 §15). */
function refusalAdvice(status: number, target: string): string {
	if (status === 407) return "give the proxy's user name and password: it wants to know which client asks";
	if (status === 403 || status === 405)
		return `ask for the proxy's rules: it does not allow a tunnel to ${target}`;
	if (status === 400) return 'compare the CONNECT request with what the proxy expects';
	if (status === 429 || status === 503) return 'look at the load and the limits of the proxy';
	if (status >= 500)
		return `run \`getent ahosts\` and connect to ${target} on the proxy's host: from there it was not reached`;
	return "look into the proxy's log";
}

function refusalFinding({row}: RowContext, {target, at, answer}: ProxyRequest): Finding | null {
	if (answer === null) return null;
	const {status} = answer;
	return {
		operation: 'connect',
		local: row.local,
		peer: row.peer,
		message: `connect ${endpointsText(row)} reached a proxy, which refused the tunnel to ${target || 'another place'} with ${status}`,
		evidence: [
			evidenceItem('process', `the first request was CONNECT ${target}`, at),
			evidenceItem('process', `the proxy answered ${status}`, answer.at),
		],
		next: {advice: refusalAdvice(status, target)},
	};
}

function relayFinding(context: RowContext): Finding | null {
	const {row, facts} = context;
	const source = relaySourceOf(row, facts);
	if (source === null || row.process === null) return null;
	const {bytesRead, bytesWritten, seenAt} = row.process;
	return {
		operation: 'connect',
		local: row.local,
		peer: row.peer,
		message: `connect ${endpointsText(row)} carries on what ${sanitize(row.program) || 'this process'} accepted from ${formatAddress(source.peer)}: it is a proxy between them, as far as is visible from here`,
		evidence: [
			evidenceItem(
				'process',
				`both connections have carried the same: ${bytesWritten} bytes there and ${bytesRead} bytes back`,
				Math.min(seenAt, context.now),
			),
			evidenceItem(
				'process',
				`this one was made ${formatMs(Math.max(0, row.openedAt - source.openedAt))} after that one was accepted at ${formatAddress(source.local)}`,
				row.openedAt,
			),
		],
		next: nextCommand(context, 'socket'),
	};
}

const peerIsContainer: RowRule = {
	...common,
	name: 'peer-is-container',
	title: 'the peer is on a virtual network of this host',
	stages: connectedStages.filter(stage => stage !== 'closed' && stage !== 'lingering'),
	roles: ['client', 'server'],
	isEvent: false,
	// One finding, on the oldest connection, covers all connections to a peer. Short connections change which
	// row is the oldest: a new one does not raise the finding at once.
	raiseAfterMs: 5000,
	find(context) {
		const {row, facts} = context;
		const network = hostVirtualNetworkOf(row, facts);
		if (network === null || facts.cached(oldestPerVirtualNetwork).get(network.key) !== row.id) return null;
		const operation = row.role === 'server' ? 'accept' : 'connect';
		const endpointPairText =
			operation === 'accept'
				? `accept from ${formatAddress(row.peer)} at ${formatAddress(row.local)}`
				: `connect ${endpointsText(row)}`;
		const {device, description, seenAt} = network;
		return {
			operation,
			local: row.local,
			peer: row.peer,
			message: `${endpointPairText} stays on this host as far as is visible from here: ${device} is ${description}, and the peer is right behind it`,
			evidence: [
				evidenceItem('route', `${formatAddress(row.peer)} is reached by ${device} without a gateway`, seenAt),
				evidenceItem('kernel', `${device} is ${description}`, seenAt),
			],
			next: nextCommand(context, 'route'),
		};
	},
};

const sourceRewritten: RowRule = {
	...common,
	name: 'source-rewritten',
	title: 'addresses are translated between the two ends',
	roles: ['client'],
	isEvent: true,
	find(context) {
		const {row, facts} = context;
		if (row.pair !== null || row.local === null || row.peer === null) return null;
		const translation = translatedConnectionOf(row, facts);
		return translation === null ? null : translationFinding(context, translation);
	},
};

function translationFinding(context: RowContext, {accepted, changed}: TranslatedConnection): Finding {
	const {row} = context;
	const connectedAt = row.steps.find(({step}) => step === 'connect')?.at ?? row.openedAt;
	const changeText =
		changed === 'source'
			? `was accepted as one from ${formatAddress(accepted.peer)}: its source address is rewritten on the way`
			: `was accepted at ${formatAddress(accepted.local)}: its destination is rewritten on the way`;
	return {
		operation: 'connect',
		local: row.local,
		peer: row.peer,
		message: `connect ${endpointsText(row)} ${changeText}`,
		evidence: [
			evidenceItem(
				'process',
				`connected from ${formatAddress(row.local)} to ${formatAddress(row.peer)}`,
				connectedAt,
			),
			evidenceItem(
				'peer',
				`${sanitize(accepted.program) || 'a process'} (pid ${accepted.pid}) accepted ${formatAddress(accepted.peer)} at ${formatAddress(accepted.local)}, ${clientDelayText(accepted.openedAt - connectedAt)}`,
				accepted.openedAt,
			),
			...matchingBytesEvidence(row, accepted),
		],
		next: commandInNamespace(context, ['conntrack', '-L', '-p', 'tcp', ...conntrackFilter(row.local)]),
	};
}

const clientDelayText = (ms: number): string =>
	ms < 0 ? `${formatMs(-ms)} before the client knew` : `${formatMs(ms)} after the client knew`;

const conntrackFilter = (local: Address | null): readonly string[] =>
	local === null || 'path' in local
		? []
		: ['-s', normalizeAddress(local.address), '--sport', String(local.port)];

/** Equal byte counts at both ends are evidence of one connection; of TLS those of the kernel. */
function matchingBytesEvidence(nearRow: Row, farRow: Row): Evidence[] {
	const {process: near, kernel: nearKernel} = nearRow;
	const {process: far, kernel: farKernel} = farRow;
	if (nearRow.kind === 'tls' || farRow.kind === 'tls') {
		const [sent, received] = [nearKernel?.info?.bytesAcked, farKernel?.info?.bytesReceived];
		if (sent === undefined || received === undefined) return [];
		const fact = `${sent} bytes acknowledged here, with the SYN, and ${received} received there`;
		return [evidenceItem('kernel', fact, Math.min(nearKernel?.infoSeenAt ?? 0, farKernel?.infoSeenAt ?? 0))];
	}

	if (near === null || far === null || !near.bytesWritten || near.bytesWritten !== far.bytesRead) return [];
	const count = `${near.bytesWritten} bytes were written here and read there`;
	return [evidenceItem('peer', count, Math.min(near.seenAt, far.seenAt))];
}

export const boundaryRules: readonly Rule[] = [tunnelRefused, proxyHop, peerIsContainer, sourceRewritten];
