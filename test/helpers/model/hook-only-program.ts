/** A watched process without a view of the kernel, and the reports of its hook. */
import {createModel} from '../../../source/model/index.ts';
import type {Model} from '../../../source/model/model.ts';

export const origin = {proc: 1, pid: 4711, thread: 0};
/** When it started, in ms since the epoch. */
export const base = 1_763_800_000_000;

export type WatchedProgram = {
	model: Model;
	/** The hook's reports at this time after its start, in ms. */
	hook: (at: number, record: object) => void;
	blocked: (at: number, ms: number) => void;
	/** Nothing happens until then, and the event loop runs. */
	quiet: (until: number) => void;
};

export const program = (): WatchedProgram => {
	const model = createModel();
	const seen = {ppid: 1, netns: '1', node: 'v22', title: '', argv: [], program: 'app.js', wrapper: false};
	model.apply({type: 'process', event: 'start', at: base, ...origin, ...seen});
	return {
		model,
		hook: (at, record) =>
			model.apply(
				JSON.parse(JSON.stringify({type: 'hook', at: base + at, ...origin, record: {at, ...record}})),
			),
		blocked: (at, ms) => model.apply({type: 'blocked', at: base + at, ms, ...origin}),
		quiet(until) {
			const unknown = {
				loopDelayP50: 0,
				loopDelayMax: 0,
				cpu: null,
				cpuWait: null,
				rss: null,
				fds: null,
				fdLimit: null,
			};
			const counts = {sockets: null, sent: 1, dropped: 0, sitesNotTaken: 0};
			model.apply({
				...{type: 'load', at: base + until, ...origin},
				load: {at: base + until, loopDelayP99: 0, ...unknown, ...counts},
			});
			model.apply({type: 'clock', at: base + until});
		},
	};
};
