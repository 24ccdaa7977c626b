import {type HelperOptions, startHelper} from './helper.ts';

export type RouteMonitor = {close: () => Promise<void>};

/** A burst of changes, as when a link goes down, is told once. */
const settleMs = 100;

/**
 * Tells when routes, addresses or rules of a namespace change. Where ip is missing or ends, it is silent: what is
 * known about routes must age as well, not least because the kernel does not tell of IPv4 routes that go with a link.
 *
 * @param onChange Called at most ten times a second.
 */
export const createRouteMonitor = (options: HelperOptions, onChange: () => void): RouteMonitor => {
	const helper = startHelper(['ip', 'monitor', 'route', 'address', 'rule'], options);
	if (!helper.ok) return {close: async () => {}};
	const {stdin, stdout, stderr, ended, kill} = helper.value;
	let timer: NodeJS.Timeout | null = null;
	let closed = false;
	stdin.end();
	stderr.resume();
	stdout.on('data', () => {
		if (closed) return;
		timer ??= setTimeout(() => {
			timer = null;
			onChange();
		}, settleMs);
	});
	return {
		close: async () => {
			closed = true;
			if (timer !== null) clearTimeout(timer);
			kill();
			await ended;
		},
	};
};
