import type {KernelState, Role, Row, Stage} from './row.ts';

/** What the stage of a row is derived from: the steps seen so far, and the kernel's state. */
export type StageFacts = {
	role: Role | null;
	/** No process has it in JavaScript: the row exists in the kernel alone. */
	kernelOnly: boolean;
	/** Kernel only: nobody has accepted it, it waits at a watched listener. */
	awaitingAccept: boolean;
	/** The kernel's state in a look that is not out of date; null where the kernel does not show it. */
	kernelState: KernelState | null;
	lookingUp: boolean;
	/** An attempt is under way. */
	connecting: boolean;
	/** TLS begins once TCP is up. */
	securing: boolean;
	connected: boolean;
	accepted: boolean;
	bytesPassed: boolean;
	needDrain: boolean;
	/** The readable side was stopped by the program. */
	readingStopped: boolean;
	/** Bytes wait to be read, in JavaScript or in the kernel. */
	hasUnread: boolean;
	peerEnded: boolean;
	localEnded: boolean;
	listening: boolean;
	closed: boolean;
	failed: boolean;
};

/** What the kernel still does when JavaScript is done. */
export const lingeringStates: ReadonlySet<KernelState> = new Set([
	'FIN-WAIT-1',
	'FIN-WAIT-2',
	'CLOSING',
	'LAST-ACK',
	'TIME-WAIT',
]);

/**
 * The stage of a row and the other stages that hold too. Where several hold, this order decides: failed, lingering,
 * closed, closing, draining, paused, peer-ended, ended, then the path's own order.
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

/** What a row's marks may say beside its stage: conditions, not stations of the path. */
const markStages: ReadonlySet<Stage> = new Set(['lingering', 'draining', 'paused', 'peer-ended', 'ended']);
export const isOver = (row: Row): boolean => row.stage === 'closed' || row.stage === 'failed';
