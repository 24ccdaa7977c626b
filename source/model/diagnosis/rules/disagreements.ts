/** Findings of two contradicting views. */

import type {Evidence, NextStep, RowContext, RowRule, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../domain/format.ts';
import type {Operation} from '../../../domain/operation.ts';
import {sourceDiffers, sourceOf} from '../../../domain/route.ts';
import type {Row} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {hasLostRecords} from '../evidence/data-flow.ts';
import {
	endpointFields,
	endpointsText,
	evidenceItem,
	nextCommand,
	nsenterPrefix,
} from '../evidence/wording.ts';

/** Two snapshots have shown the disagreement; this allows for sockets in transit, in ms. */
const confirmMs = 1000;
/** Time to search all processes for an owner that no hook has reported, in ms. */
const ownerSearchMs = 4000;
/** Longest time that a record is in transit, in ms. */
const recordDelayMs = 1000;

const disagreementEvidence = (
	{snapshots, lastAt}: NonNullable<RowContext['disagreement']>,
	text: string,
): Evidence => evidenceItem('kernel', `${text}, in ${snapshots} looks`, lastAt);

/** `ss -p` shows the holders' pids and descriptors; the program name in it is the process's own choice. */
const ownerCommand = (context: RowContext): NextStep => nextCommand(context, 'socket');

const acceptedEndpointsText = ({local, peer}: Row): string =>
	`from ${formatAddress(peer)} at ${formatAddress(local)}`;

/** JavaScript has destroyed the socket, but a descriptor keeps it open: a child's, or a lost handle's. */
const destroyedButOpen: RowRule = {
	name: 'destroyed-but-open',
	scope: 'row',
	phase: 'close',
	severity: 'warn',
	title: 'JavaScript has destroyed the socket, the kernel has it open',
	stages: ['closed', 'failed'],
	roles: null,
	isEvent: false,
	raiseAfterMs: confirmMs,
	clearAfterMs: 0,
	find(context) {
		const {row, disagreement, process} = context;
		if (disagreement?.kind !== 'left-open' || row.closedAt === null) return null;
		const {state, inode, owner, recvQ} = disagreement;
		const hasEnded = process !== null && process.state !== 'running';
		const ownerText =
			owner === null
				? 'some descriptor keeps it'
				: `${sanitize(owner.program)} (pid ${owner.pid}) has a descriptor of it`;
		const waiting = recvQ === null || recvQ === 0 ? '' : `, ${recvQ} bytes not read`;
		return {
			operation: 'destroy',
			...endpointFields(row),
			message: `destroy of the connection ${endpointsText(row)} has not closed it: it is ${state} in the kernel, and ${ownerText}`,
			evidence: [
				evidenceItem('process', hasEnded ? 'its process has ended' : 'the socket is destroyed', row.closedAt),
				disagreementEvidence(disagreement, `${state} with inode ${inode}${waiting}`),
			],
			next: ownerCommand(context),
		};
	},
};

/**
 * An accepted connection without an owner: an inherited descriptor, one in transit between processes, or a
 * handle without a socket.
 */
const connectionWithoutOwner: RowRule = {
	name: 'connection-without-owner',
	scope: 'row',
	phase: 'accept',
	severity: 'warn',
	title: 'a connection of a watched port has no known owner',
	stages: ['open', 'peer-ended'],
	roles: ['server'],
	isEvent: false,
	raiseAfterMs: ownerSearchMs,
	clearAfterMs: 0,
	find(context) {
		const {row, disagreement, facts} = context;
		if (disagreement?.kind !== 'no-owner') return null;
		const {state, inode, firstAt} = disagreement;
		const port = row.local !== null && 'port' in row.local ? row.local.port : null;
		const listeners = port === null ? [] : facts.listenerRowsOn(row.netns, port);
		// A blocked event loop has not reported what it accepted.
		const isSilent = listeners.some(listener => {
			const process = facts.threadOf(listener);
			return process?.state === 'running' && (process.loopSeenAt ?? 0) < firstAt + recordDelayMs;
		});
		const pid = listeners[0]?.pid ?? null;
		if (isSilent || pid === null || inode === null) return null;
		const own = nsenterPrefix(row.netns, pid, facts.session.netns);
		return {
			operation: 'accept',
			...endpointFields(row),
			message: `accept of the connection ${acceptedEndpointsText(row)} has no owner that is seen from here: it is ${state} in the kernel, no JavaScript socket has it, and no other process as far as can be seen`,
			evidence: [
				disagreementEvidence(disagreement, `${state} with inode ${inode}`),
				evidenceItem('process', `no socket of a watched program has the inode ${inode}`, disagreement.lastAt),
			],
			next: {argv: [...own, 'ss', '-tanep', 'sport', '=', `:${port}`, 'dport', '=', `:${portOf(row.peer)}`]},
		};
	},
};

const portOf = (address: Row['peer']): number => (address !== null && 'port' in address ? address.port : 0);

/** The kernel has ended the attempt, and JavaScript got no event: a blocked loop, or a lost handle. */
const connectingWithoutSocket: RowRule = {
	name: 'connecting-without-socket',
	scope: 'row',
	phase: 'connect',
	severity: 'warn',
	title: 'JavaScript connects, the kernel has no such socket',
	stages: ['connect'],
	roles: ['client'],
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row, disagreement, process, now} = context;
		if (disagreement?.kind !== 'no-socket') return null;
		if (hasLostRecords(process)) return null;
		const silentMs = process?.loopSeenAt == null ? 0 : now - process.loopSeenAt;
		// A hook reports its loop once a second.
		const isBlocked = silentMs > 2 * recordDelayMs;
		const why = isBlocked ? ', and the event loop has not heard of it' : '';
		const evidence = [
			evidenceItem('process', 'the attempt is under way', row.stageSince),
			disagreementEvidence(disagreement, 'no socket with its inode'),
		];
		if (isBlocked) {
			const text = `the event loop has said nothing for ${formatMs(silentMs)}`;
			evidence.push(evidenceItem('load', text, process?.loopSeenAt ?? now));
		}

		return {
			operation: 'connect',
			...endpointFields(row),
			message: `connect ${endpointsText(row)} is under way in JavaScript, and over in the kernel${why}`,
			evidence,
			next: isBlocked
				? {
						advice:
							'find what keeps the event loop: run the program with --cpu-prof, and look at the time of this finding',
					}
				: nextCommand(context, 'socket'),
		};
	},
};

/** The connection works all the same; an unanswered attempt is a finding of the phase `connect`. */
const sourceDiffersFromRoute: RowRule = {
	name: 'source-differs',
	scope: 'row',
	phase: 'connect',
	severity: 'info',
	title: 'the source is not the one that the route would choose',
	stages: ['open', 'draining', 'paused', 'tls', 'peer-ended', 'ended'],
	roles: ['client'],
	isEvent: false,
	raiseAfterMs: confirmMs,
	clearAfterMs: confirmMs,
	find(context) {
		const {row} = context;
		const {route} = row;
		if (route === null || sourceDiffers(row) !== true) return null;
		const operation: Operation = 'connect';
		const evidence = [
			evidenceItem('process', `the socket's source is ${sourceOf(row.local)}`, row.openedAt),
			evidenceItem(
				'route',
				route.from === null
					? `the route to ${route.dst} is by ${route.dev} with the source ${route.src}`
					: `the route to ${route.dst} has the source ${route.src}; from ${route.from} it is by ${route.dev}`,
				context.now,
			),
		];
		return {
			operation,
			...endpointFields(row),
			message: `connect ${endpointsText(row)} has another source than the route would choose: ${route.src}`,
			evidence,
			// Asked with its source, the route has no choice to show.
			next: nextCommand({...context, row: {...row, route: null}}, 'route'),
		};
	},
};

export const disagreementRules: readonly Rule[] = [
	destroyedButOpen,
	connectionWithoutOwner,
	connectingWithoutSocket,
	sourceDiffersFromRoute,
];
