import {type Child, type ChildOptions, spawnChild} from '../child/child.ts';

export type RouteMonitor = {close: () => Promise<void>};

/** Changes come in bursts, as when a link goes down: the first is reported at once, the rest together. */
const throttleMs = 250;
const restartDelayMs = 1000;
const maxStarts = 5;

/**
 * Reports changes of links, addresses, routes or rules in a namespace. Links too, because the kernel reports
 * no IPv4 routes that disappear with a link. Where ip is missing, no change is reported: cached routes must
 * also age.
 *
 * @param onChange called at once, and then at most four times a second
 */
export const createRouteMonitor = (options: ChildOptions, onChange: () => void): RouteMonitor => {
	let child: Child | null = null;
	let throttleTimer: NodeJS.Timeout | null = null;
	let restartTimer: NodeJS.Timeout | undefined;
	let hasPendingChange = false;
	let closed = false;
	let starts = 0;

	const reportChange = (): void => {
		if (closed) return;
		hasPendingChange = throttleTimer !== null;
		if (hasPendingChange) return;
		throttleTimer = setTimeout(() => {
			throttleTimer = null;
			if (hasPendingChange) reportChange();
		}, throttleMs);
		onChange();
	};

	const start = (): void => {
		const started = spawnChild(['ip', 'monitor', 'link', 'address', 'route', 'rule'], options);
		starts++;
		if (!started.ok) return;
		child = started.value;
		const {stdin, stdout, stderr, exited} = child;
		stdin.end();
		stderr.resume();
		stdout.on('data', reportChange);
		void exited.then(({missingTool}) => {
			child = null;
			if (closed || missingTool !== null || starts >= maxStarts) return;
			// Changes since the monitor's end were missed: cached routes may be wrong.
			restartTimer = setTimeout(() => {
				start();
				reportChange();
			}, restartDelayMs);
		});
	};

	start();
	return {
		close: async () => {
			closed = true;
			if (throttleTimer !== null) clearTimeout(throttleTimer);
			clearTimeout(restartTimer);
			const closing = child;
			closing?.kill();
			await closing?.exited;
		},
	};
};
