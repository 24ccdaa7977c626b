import type {Limits} from './limits.ts';
import {plainAddress} from './tuple.ts';
import type {Address, RouteView} from './types.ts';

/** A destination that no answer is known for yet. */
export type WantedRoute = {
	netns: string;
	address: string;
	/** The source that it is asked for; null where the kernel may choose. */
	source: string | null;
	/** The device that the socket is bound to, or the scope of a link-local address. */
	device: string | null;
};

export type Routes = {
	/**
	 * @param now ms since the epoch
	 * @returns null as long as there is no answer; the destination is then wanted, and again where none comes
	 */
	get(netns: string | null, peer: Address | null, now: number): RouteView | null;
	put(netns: string, address: string, route: RouteView): void;
	/** Destinations wanted since the last call. */
	takeWanted(): WantedRoute[];
};

/** How long an answer may take: one that could not be had is asked for again. */
const againMs = 5000;

export function createRoutes(limits: Limits): Routes {
	const known = new Map<string, RouteView>();
	/** When, in the order of asking. */
	const asked = new Map<string, number>();
	let wanted = new Map<string, WantedRoute>();

	function want(key: string, destination: WantedRoute, now: number): void {
		const isOver = (at: number | undefined): boolean => at !== undefined && now - at >= againMs;
		if (asked.has(key)) {
			if (!isOver(asked.get(key))) return;
			asked.delete(key);
		} else if (asked.size >= limits.routes) {
			const [[oldest, at] = []] = asked;
			if (oldest === undefined || !isOver(at)) return;
			asked.delete(oldest);
			wanted.delete(oldest);
		}

		asked.set(key, now);
		wanted.set(key, destination);
	}

	return {
		get(netns, peer, now) {
			if (netns === null || peer === null || 'path' in peer) return null;
			const address = plainAddress(peer.address);
			const key = `${netns} ${address}`;
			const route = known.get(key);
			if (route !== undefined) return route;
			want(key, {netns, address, source: null, device: null}, now);
			return null;
		},
		put(netns, address, route) {
			const key = `${netns} ${address}`;
			known.delete(key);
			known.set(key, route);
			asked.delete(key);
			if (known.size <= limits.routes) return;
			const oldest = known.keys().next().value;
			if (oldest !== undefined) known.delete(oldest);
		},
		takeWanted() {
			if (wanted.size === 0) return [];
			const taken = [...wanted.values()];
			wanted = new Map();
			return taken;
		},
	};
}
