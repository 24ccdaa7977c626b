/**
 * What is behind the lookups of a process, as a source: the resolver's configuration, read in the process's own
 * root at its start, and the threads that compute while a lookup is long under way.
 */
import type {Origin} from '../domain/events.ts';
import type {Clock} from '../intake/clock.ts';
import {countComputingThreads} from '../procfs/computing-threads.ts';
import {readResolverConfig} from '../procfs/resolv-conf.ts';
import type {Emit, Source} from './source.ts';

export function createResolverSource(clock: Clock): Source {
	let emit: Emit = () => {};

	async function reportResolver({proc, pid}: Origin): Promise<void> {
		const resolver = await readResolverConfig(pid);
		if (resolver !== null) emit({type: 'resolver', at: clock.now(), proc, resolver});
	}

	async function reportComputing({proc, pid}: Origin): Promise<void> {
		const threads = await countComputingThreads(pid);
		if (threads !== null) emit({type: 'computing', at: clock.now(), proc, threads});
	}

	return {
		start(emitInput) {
			emit = emitInput;
		},
		onInput(input) {
			// Read at once: a process whose lookup fails may exit the next moment.
			if (input.type === 'process' && input.event === 'start' && input.thread === 0)
				void reportResolver(input);
			if (input.type === 'pool') void reportComputing(input);
		},
		close() {},
	};
}
