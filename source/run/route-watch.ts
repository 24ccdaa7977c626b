/** Asks for the routes that the rows want, and asks again when they may have changed. */
import type {Clock} from '../intake/clock.ts';
import type {KernelReader} from '../kernel/reader.ts';
import type {Model} from '../model/index.ts';
import type {ModelInput} from '../model/input.ts';
import type {WantedRoute} from '../model/routes.ts';
import {plainAddress} from '../model/tuple.ts';

export type RouteWatch = {
	/** Asks for what is wanted. To be called after records were applied. */
	ask(): void;
	/** Asks again for all destinations in use. */
	askAgain(netns?: string): void;
};

export function watchRoutes(
	model: Model,
	kernel: Pick<KernelReader, 'route'>,
	clock: Clock,
	apply: (input: ModelInput) => void,
): RouteWatch {
	async function answer(wanted: WantedRoute): Promise<void> {
		const {netns, address} = wanted;
		const route = await kernel.route(netns, address);
		if (route === null) return;
		apply({type: 'routes', at: clock.now(), netns, answers: [{...wanted, route}]});
	}

	function askFor(wanted: Iterable<WantedRoute>): void {
		for (const destination of wanted) void answer(destination);
	}

	return {
		ask() {
			askFor(model.takeWantedRoutes());
		},
		askAgain(netns) {
			const inUse = new Map<string, WantedRoute>();
			for (const row of model.rows.values()) {
				const {peer} = row;
				if (row.route === null || row.netns === null || peer === null || 'path' in peer) continue;
				if (netns !== undefined && row.netns !== netns) continue;
				const address = plainAddress(peer.address);
				inUse.set(`${row.netns} ${address}`, {netns: row.netns, address, source: null, device: null});
			}

			askFor(inUse.values());
		},
	};
}
