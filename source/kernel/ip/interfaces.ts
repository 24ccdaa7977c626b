import type {InterfacesSnapshot} from '../../domain/kernel.ts';
import type {ChildOptions} from '../child/child.ts';
import {createIpBatch} from './batch.ts';
import {parseInterfaces} from './parse-interfaces.ts';
import {parseRouteError} from './parse-route.ts';

/** Polls the interfaces of one network namespace. */
export type InterfaceWatch = {
	/** Polls at once, after a change. */
	pollNow: () => void;
	close: () => Promise<void>;
};

export type InterfaceWatchOptions = ChildOptions & {
	netns: string;
	/** Current time in ms since the epoch. */
	now: () => number;
	onSnapshot: (snapshot: InterfacesSnapshot) => void;
	/** Called once for each reason of a failure; `missing` is a tool that was not found. */
	onFailure?: (reason: string, missing: string | null) => void;
	/** Least time between two regular polls, in ms. */
	intervalMs?: number;
};

/**
 * A host with thousands of interfaces is polled less often; the pause is bounded, as on a busy host even a
 * small poll takes long.
 */
const costFactor = 10;
const maxPauseMs = 2000;
/** Enough for thousands of interfaces, about 1 kB each. */
const maxReplyLength = 8 * 1024 * 1024;

/**
 * Queries all interfaces from a persistent `ip -s -d`: about 0.2 ms a poll with twenty of them, against 2 ms
 * with a new process each time.
 */
export const watchInterfaces = (options: InterfaceWatchOptions): InterfaceWatch => {
	const {netns, now, onSnapshot, onFailure, intervalMs = 2000} = options;
	const batch = createIpBatch({...options, flags: ['-s', '-d'], maxReplyLength});
	const reportedReasons = new Set<string>();
	let timer: NodeJS.Timeout | undefined;
	let isPolling = false;
	let pollAgain = false;
	let closed = false;

	const reportFailure = (reason: string, missingTool: string | null = null): void => {
		if (closed || reportedReasons.has(reason) || reportedReasons.size >= 10) return;
		reportedReasons.add(reason);
		onFailure?.(reason, missingTool);
	};

	const poll = async (): Promise<void> => {
		if (closed) return;
		if (isPolling) {
			pollAgain = true;
			return;
		}
		clearTimeout(timer);
		isPolling = true;
		pollAgain = false;
		const at = now();
		const startedAt = performance.now();
		const reply = await batch.request({line: 'address show'});
		if (closed) return;
		if (reply.kind === 'none') reportFailure(reply.reason, reply.missingTool);
		else if (reply.kind === 'refused') reportFailure(parseRouteError(reply.message));
		else {
			const result = parseInterfaces(reply.line);
			if (!result.ok) reportFailure(`${result.reason} (iproute2 4.17 or newer is needed)`);
			else {
				const {interfaces, omittedCount} = result.value;
				if (omittedCount > 0)
					reportFailure('some interfaces are not shown: there are too many, or ip reports no name of them');
				onSnapshot({netns, at, interfaces});
			}
		}
		isPolling = false;
		if (reply.kind === 'none' && reply.missingTool !== null) return;
		const tookMs = performance.now() - startedAt;
		const pauseMs = Math.max(intervalMs - tookMs, Math.min(tookMs * costFactor, maxPauseMs));
		timer = setTimeout(poll, pollAgain ? 0 : pauseMs);
	};

	void poll();
	return {
		pollNow: () => void poll(),
		close: async () => {
			closed = true;
			clearTimeout(timer);
			await batch.close();
		},
	};
};
