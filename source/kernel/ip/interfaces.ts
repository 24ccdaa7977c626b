import type {InterfacesSeen} from '../../domain/kernel.ts';
import type {HelperOptions} from '../child/child.ts';
import {createIpBatch} from './batch.ts';
import {parseInterfaces} from './parse-interfaces.ts';
import {routeError} from './parse-route.ts';

/** Looks at the interfaces of one network namespace, again and again. */
export type InterfaceWatch = {
	/** Looks now: something has changed. */
	lookNow: () => void;
	close: () => Promise<void>;
};

export type InterfaceWatchOptions = HelperOptions & {
	netns: string;
	/** Milliseconds since the epoch. */
	now: () => number;
	onSeen: (seen: InterfacesSeen) => void;
	/** Why nobody can tell, once for each reason. `missing` is a program that is not there. */
	onFailure?: (reason: string, missing: string | null) => void;
	/** Least time between two looks that nothing has caused, in ms. */
	intervalMs?: number;
};

/** A host with thousands of interfaces is looked at less often; not much, as a busy one takes long for little, too. */
const timesTook = 10;
const longestPauseMs = 2000;
/** Of thousands of interfaces, about 1 kB each. */
const limit = 8 * 1024 * 1024;

/**
 * Asks a persistent `ip -s -d` for all interfaces: about 0.2 ms a look where there are twenty of them, against 2 ms
 * where a process is started for each.
 */
export const watchInterfaces = (options: InterfaceWatchOptions): InterfaceWatch => {
	const {netns, now, onSeen, onFailure, intervalMs = 2000} = options;
	const batch = createIpBatch({...options, flags: ['-s', '-d'], limit});
	const said = new Set<string>();
	let timer: NodeJS.Timeout | undefined;
	let looking = false;
	let again = false;
	let closed = false;

	const complain = (reason: string, missing: string | null = null): void => {
		if (closed || said.has(reason) || said.size >= 10) return;
		said.add(reason);
		onFailure?.(reason, missing);
	};

	const look = async (): Promise<void> => {
		if (closed) return;
		if (looking) {
			again = true;
			return;
		}
		clearTimeout(timer);
		looking = true;
		again = false;
		const at = now();
		const began = performance.now();
		const answer = await batch.ask({line: 'address show'});
		if (closed) return;
		if (answer.kind === 'none') complain(answer.reason, answer.missing);
		else if (answer.kind === 'refused') complain(routeError(answer.words));
		else {
			const read = parseInterfaces(answer.line);
			if (!read.ok) complain(`${read.reason} (iproute2 4.17 or newer is needed)`);
			else {
				const {interfaces, notShown} = read.value;
				if (notShown > 0)
					complain('some interfaces are not shown: there are too many, or ip tells no name of them');
				onSeen({netns, at, interfaces});
			}
		}
		looking = false;
		if (answer.kind === 'none' && answer.missing !== null) return;
		const tookMs = performance.now() - began;
		const pauseMs = Math.max(intervalMs - tookMs, Math.min(tookMs * timesTook, longestPauseMs));
		timer = setTimeout(look, again ? 0 : pauseMs);
	};

	void look();
	return {
		lookNow: () => void look(),
		close: async () => {
			closed = true;
			clearTimeout(timer);
			await batch.close();
		},
	};
};
