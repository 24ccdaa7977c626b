/** The processes below the target as a source, polled about once a second. */
import type {Owners} from '../domain/events.ts';
import {type ProcessWatch, type ProcessWatchOptions, watchProcesses} from './process-watch.ts';
import type {Source} from './source.ts';

export type ProcessSource = Source & {
	/** Sockets, by inode, of processes without a hook. */
	readonly owners: Owners;
	/** The table of UDP sockets is needed. */
	readonly needsUdp: boolean;
};

const pollMs = 1000;
const firstPollMs = 250;
const noOwners: Owners = new Map();

export function createProcessSource(options: Omit<ProcessWatchOptions, 'target' | 'apply'>): ProcessSource {
	let watch: ProcessWatch | null = null;
	const timers: NodeJS.Timeout[] = [];
	const poll = (): void => void watch?.poll();

	return {
		get owners() {
			return watch?.owners ?? noOwners;
		},
		get needsUdp() {
			return watch?.needsUdp ?? false;
		},
		start(emit, target) {
			if (target === null) return;
			watch = watchProcesses({...options, target, apply: emit});
			timers.push(setInterval(poll, pollMs), setTimeout(poll, firstPollMs));
		},
		end() {
			watch?.finish();
		},
		close() {
			for (const timer of timers) clearTimeout(timer);
		},
	};
}
