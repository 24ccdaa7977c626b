/** The resolver's configuration as a source: read in each process's own root at its start. */
import type {Origin} from '../domain/events.ts';
import type {Clock} from '../intake/clock.ts';
import {readResolverConfig} from '../procfs/resolv-conf.ts';
import type {Emit, Source} from './source.ts';

export function createResolverSource(clock: Clock): Source {
	let emit: Emit = () => {};

	async function reportResolver({proc, pid}: Origin): Promise<void> {
		const resolver = await readResolverConfig(pid);
		if (resolver !== null) emit({type: 'resolver', at: clock.now(), proc, resolver});
	}

	return {
		start(emitInput) {
			emit = emitInput;
		},
		onInput(input) {
			// Read at once: a process whose lookup fails may exit the next moment.
			if (input.type === 'process' && input.event === 'start' && input.thread === 0)
				void reportResolver(input);
		},
		close() {},
	};
}
