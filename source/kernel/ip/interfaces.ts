import type {InterfacesSnapshot} from '../../domain/kernel.ts';
import type {ChildOptions} from '../child/child.ts';
import {createIpBatch} from './batch.ts';
import {parseInterfaces} from './parse-interfaces.ts';
import {parseRouteError} from './parse-route.ts';

/** Looks at the interfaces of one network namespace, again and again. */
export type InterfaceWatch = {
	/** Looks now: something has changed. */
	pollNow: () => void;
	close: () => Promise<void>;
};

export type InterfaceWatchOptions = ChildOptions & {
	netns: string;
	/** Milliseconds since the epoch. */
	now: () => number;
	onSnapshot: (seen: InterfacesSnapshot) => void;
	/** Why nobody can tell, once for each reason. `missing` is a program that is not there. */
	onFailure?: (reason: string, missing: string | null) => void;
	/** Least time between two looks that nothing has caused, in ms. */
	intervalMs?: number;
};

/** A host with thousands of interfaces is looked at less often; not much, as a busy one takes long for little, too. */
const costFactor = 10;
const maxPauseMs = 2000;
/** Of thousands of interfaces, about 1 kB each. */
const maxReplyLength = 8 * 1024 * 1024;

/**
 * Asks a persistent `ip -s -d` for all interfaces: about 0.2 ms a look where there are twenty of them, against 2 ms
 * where a process is started for each.
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
					reportFailure('some interfaces are not shown: there are too many, or ip tells no name of them');
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
