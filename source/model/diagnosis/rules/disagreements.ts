/** Findings of two views that contradict each other: one of them has seen what the other has not. */

import type {Evidence, Next, RowRule, RowSituation, Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../domain/format.ts';
import type {Operation} from '../../../domain/operation.ts';
import {sourceDiffers, sourceOf} from '../../../domain/route.ts';
import type {Row} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {hasLostRecords} from '../evidence/data-flow.ts';
import {addressesOf, endpoints, entering, fact, look} from '../evidence/wording.ts';

/** Two looks have shown it already; this is for what is just being handed over or let go. */
const confirmMs = 1000;
/** Who has a descriptor that no hook tells of is looked for among all processes meanwhile. */
const searchMs = 4000;
/** After what a record that was on its way has come. */
const recordsMs = 1000;

const looksFact = ({snapshots: looks, lastAt}: NonNullable<RowSituation['views']>, text: string): Evidence =>
	fact('kernel', `${text}, in ${looks} looks`, lastAt);

/** Who has a socket, by its inode: the name in `ss -p` is the process's own choice, but shows descriptors. */
const holders = (situation: RowSituation): Next => look(situation, 'socket');

const endsOf = ({local, peer}: Row): string => `from ${formatAddress(peer)} at ${formatAddress(local)}`;

/** JavaScript is done with it, and a descriptor keeps it open: handed to a child, or a handle that was lost. */
const leftOpen: RowRule = {
	name: 'destroyed-but-open',
	of: 'row',
	phase: 'close',
	severity: 'warn',
	title: 'JavaScript has destroyed the socket, the kernel has it open',
	stages: ['closed', 'failed'],
	roles: null,
	isPast: false,
	raiseAfterMs: confirmMs,
	clearAfterMs: 0,
	find(situation) {
		const {row, views, process} = situation;
		if (views?.kind !== 'left-open' || row.closedAt === null) return null;
		const {state, inode, owner, recvQ} = views;
		const hasEnded = process !== null && process.state !== 'running';
		const who =
			owner === null
				? 'some descriptor keeps it'
				: `${sanitize(owner.program)} (pid ${owner.pid}) has a descriptor of it`;
		const waiting = recvQ === null || recvQ === 0 ? '' : `, ${recvQ} bytes not read`;
		return {
			operation: 'destroy',
			...addressesOf(row),
			message: `destroy of the connection ${endpoints(row)} has not closed it: it is ${state} in the kernel, and ${who}`,
			evidence: [
				fact('process', hasEnded ? 'its process has ended' : 'the socket is destroyed', row.closedAt),
				looksFact(views, `${state} with inode ${inode}${waiting}`),
			],
			next: holders(situation),
		};
	},
};

/** Accepted by somebody, and nobody's: a descriptor that was inherited or is on its way, a handle without a socket. */
const noOwner: RowRule = {
	name: 'connection-without-owner',
	of: 'row',
	phase: 'accept',
	severity: 'warn',
	title: 'a connection of a watched port belongs to nobody',
	stages: ['open', 'peer-ended'],
	roles: ['server'],
	isPast: false,
	raiseAfterMs: searchMs,
	clearAfterMs: 0,
	find(situation) {
		const {row, views, world} = situation;
		if (views?.kind !== 'no-owner') return null;
		const {state, inode, firstAt} = views;
		const port = row.local !== null && 'port' in row.local ? row.local.port : null;
		const listeners = port === null ? [] : world.listenersOn(row.netns, port);
		// A loop that stands still has not told what it has accepted.
		const isSilent = listeners.some(listener => {
			const process = world.processOf(listener);
			return process?.state === 'running' && (process.loopSeenAt ?? 0) < firstAt + recordsMs;
		});
		const pid = listeners[0]?.pid ?? null;
		if (isSilent || pid === null || inode === null) return null;
		const own = entering(row.netns, pid, world.session.netns);
		return {
			operation: 'accept',
			...addressesOf(row),
			message: `accept of the connection ${endsOf(row)} has given it to nobody: it is ${state} in the kernel, no JavaScript socket has it, and no other process as far as can be seen from here`,
			evidence: [
				looksFact(views, `${state} with inode ${inode}`),
				fact('process', `no socket of a watched program has the inode ${inode}`, views.lastAt),
			],
			next: {argv: [...own, 'ss', '-tanep', 'sport', '=', `:${port}`, 'dport', '=', `:${portOf(row.peer)}`]},
		};
	},
};

const portOf = (address: Row['peer']): number => (address !== null && 'port' in address ? address.port : 0);

/** The kernel has decided, and JavaScript has not heard of it: its loop stands still, or the handle is gone. */
const noSocket: RowRule = {
	name: 'connecting-without-socket',
	of: 'row',
	phase: 'connect',
	severity: 'warn',
	title: 'JavaScript connects, the kernel has no such socket',
	stages: ['connect'],
	roles: ['client'],
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row, views, process, now} = situation;
		if (views?.kind !== 'no-socket') return null;
		if (hasLostRecords(process)) return null;
		const silentMs = process?.loopSeenAt == null ? 0 : now - process.loopSeenAt;
		// A hook tells of its loop once a second.
		const isBlocked = silentMs > 2 * recordsMs;
		const why = isBlocked ? ', and the event loop has not heard of it' : '';
		const evidence = [
			fact('process', 'the attempt is under way', row.stageSince),
			looksFact(views, 'no socket with its inode'),
		];
		if (isBlocked) {
			const text = `the event loop has said nothing for ${formatMs(silentMs)}`;
			evidence.push(fact('load', text, process?.loopSeenAt ?? now));
		}

		return {
			operation: 'connect',
			...addressesOf(row),
			message: `connect ${endpoints(row)} is under way in JavaScript, and over in the kernel${why}`,
			evidence,
			next: isBlocked
				? {
						advice:
							'find what keeps the event loop: run the program with --cpu-prof, and look at the time of this finding',
					}
				: look(situation, 'socket'),
		};
	},
};

/** It works all the same; one that gets no answer is a finding of connect. */
const otherSource: RowRule = {
	name: 'source-differs',
	of: 'row',
	phase: 'connect',
	severity: 'info',
	title: 'the source is not the one that the route would choose',
	stages: ['open', 'draining', 'paused', 'tls', 'peer-ended', 'ended'],
	roles: ['client'],
	isPast: false,
	raiseAfterMs: confirmMs,
	clearAfterMs: confirmMs,
	find(situation) {
		const {row} = situation;
		const {route} = row;
		if (route === null || sourceDiffers(row) !== true) return null;
		const operation: Operation = 'connect';
		const evidence = [
			fact('process', `the socket's source is ${sourceOf(row.local)}`, row.openedAt),
			fact(
				'route',
				`the route to ${route.dst} is by ${route.dev} with the source ${route.src}`,
				situation.now,
			),
		];
		return {
			operation,
			...addressesOf(row),
			message: `connect ${endpoints(row)} has another source than the route would choose: ${route.src}`,
			evidence,
			next: look(situation, 'route'),
		};
	},
};

export const viewRules: readonly Rule[] = [leftOpen, noOwner, noSocket, otherSource];
