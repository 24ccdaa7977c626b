import {type Helper, type HelperOptions, startHelper} from '../child/child.ts';

export type RouteMonitor = {close: () => Promise<void>};

/** Changes come in bursts, as when a link goes down: the first is told at once, the rest together. */
const settleMs = 250;
const againMs = 1000;
const startsAllowed = 5;

/**
 * Tells when links, addresses, routes or rules of a namespace change. Links too, because the kernel does not tell of
 * IPv4 routes that go with a link. Where ip is missing, it is silent: what is known about routes must age as well.
 *
 * @param onChange Called at once, and then at most four times a second.
 */
export const createRouteMonitor = (options: HelperOptions, onChange: () => void): RouteMonitor => {
	let helper: Helper | null = null;
	let settling: NodeJS.Timeout | null = null;
	let restart: NodeJS.Timeout | undefined;
	let changed = false;
	let closed = false;
	let starts = 0;

	const tell = (): void => {
		if (closed) return;
		changed = settling !== null;
		if (changed) return;
		settling = setTimeout(() => {
			settling = null;
			if (changed) tell();
		}, settleMs);
		onChange();
	};

	const listen = (): void => {
		const started = startHelper(['ip', 'monitor', 'link', 'address', 'route', 'rule'], options);
		starts++;
		if (!started.ok) return;
		helper = started.value;
		const {stdin, stdout, stderr, ended} = helper;
		stdin.end();
		stderr.resume();
		stdout.on('data', tell);
		void ended.then(({missing}) => {
			helper = null;
			if (closed || missing !== null || starts >= startsAllowed) return;
			// Nobody has listened since: what is known may be wrong.
			restart = setTimeout(() => {
				listen();
				tell();
			}, againMs);
		});
	};

	listen();
	return {
		close: async () => {
			closed = true;
			if (settling !== null) clearTimeout(settling);
			clearTimeout(restart);
			const last = helper;
			last?.kill();
			await last?.ended;
		},
	};
};
