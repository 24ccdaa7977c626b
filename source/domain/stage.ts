import type {KernelState, Role, Row, Stage} from './row.ts';

/** The facts from which a row's stage derives: the steps so far, and the kernel's state. */
export type StageFacts = {
	role: Role | null;
	/** Only the kernel reports the socket: no process has it in JavaScript. */
	kernelOnly: boolean;
	/** Kernel only: the connection waits in the accept queue of a watched listener. */
	awaitingAccept: boolean;
	/** The kernel's state in a snapshot that is not stale; null where the kernel does not show the socket. */
	kernelState: KernelState | null;
	lookingUp: boolean;
	/** A connection attempt is in progress. */
	connecting: boolean;
	/** TLS begins once TCP is connected. */
	securing: boolean;
	connected: boolean;
	accepted: boolean;
	bytesPassed: boolean;
	needDrain: boolean;
	/** The program has paused the readable side. */
	readingStopped: boolean;
	/** Unread bytes, in JavaScript or in the kernel. */
	hasUnread: boolean;
	peerEnded: boolean;
	localEnded: boolean;
	listening: boolean;
	closed: boolean;
	failed: boolean;
};

/** Kernel states of a socket that JavaScript has already closed. */
export const lingeringStates: ReadonlySet<KernelState> = new Set([
	'FIN-WAIT-1',
	'FIN-WAIT-2',
	'CLOSING',
	'LAST-ACK',
	'TIME-WAIT',
]);

/**
 * Derives the stage of a row and its marks. Where several stages apply, this order decides: failed,
 * lingering, closed, closing, draining, paused, peer-ended, ended, then the order of a connection's life.
 */
export function stageOf(facts: StageFacts): {stage: Stage; marks: Stage[]} {
	const matching: Stage[] = [];
	for (const [stage, holds] of stageRules) if (holds(facts)) matching.push(stage);
	const [stage = 'created', ...others] = matching;
	return {stage, marks: others.filter(other => markStages.has(other))};
}

const isLingering = (facts: StageFacts): boolean =>
	(facts.closed || facts.kernelOnly) && facts.kernelState !== null && lingeringStates.has(facts.kernelState);

const isAlive = (facts: StageFacts): boolean => !facts.closed;
const isUp = (facts: StageFacts): boolean => !facts.closed && (facts.connected || facts.accepted);

const stageRules: ReadonlyArray<readonly [Stage, (facts: StageFacts) => boolean]> = [
	['failed', facts => facts.failed],
	['lingering', isLingering],
	['closed', facts => facts.closed],
	['listening', facts => facts.listening || (facts.kernelOnly && facts.kernelState === 'LISTEN')],
	['queued', facts => facts.awaitingAccept],
	['closing', facts => isUp(facts) && facts.peerEnded && facts.localEnded],
	['draining', facts => isUp(facts) && facts.needDrain],
	['paused', facts => isAlive(facts) && facts.readingStopped && facts.hasUnread],
	[
		'peer-ended',
		facts => isAlive(facts) && (facts.peerEnded || (facts.kernelOnly && facts.kernelState === 'CLOSE-WAIT')),
	],
	['ended', facts => isUp(facts) && facts.localEnded],
	['tls', facts => facts.securing && (facts.connected || facts.accepted)],
	['accepted', facts => facts.accepted && !facts.bytesPassed],
	[
		'open',
		facts =>
			facts.connected ||
			facts.accepted ||
			(facts.kernelOnly && (facts.kernelState === 'ESTAB' || facts.kernelState === 'UNCONN')),
	],
	[
		'connect',
		facts =>
			facts.connecting ||
			(facts.kernelOnly && (facts.kernelState === 'SYN-SENT' || facts.kernelState === 'SYN-RECV')),
	],
	['lookup', facts => facts.lookingUp],
];

/** Stages that may be marks: conditions rather than stations of a connection's life. */
const markStages: ReadonlySet<Stage> = new Set(['lingering', 'draining', 'paused', 'peer-ended', 'ended']);
export const isOver = (row: Row): boolean => row.stage === 'closed' || row.stage === 'failed';
