/** The interfaces of each namespace, with their traffic. */
import type {InterfacesSnapshot, NetworkInterface} from '../../domain/kernel.ts';
import type {InterfaceView} from '../../domain/view/namespace.ts';

export type Interfaces = {
	/** By namespace, in the kernel's order. */
	readonly view: ReadonlyMap<string, readonly InterfaceView[]>;
	update(snapshot: InterfacesSnapshot): void;
	dropNamespace(netns: string): void;
};

/** Polls triggered by events come close together: a rate over less time would fluctuate. */
const minRateSpanMs = 500;
const maxNamespaces = 64;

/** The snapshot that an interface's rates are computed from, and the rates last computed. */
type RateBase = {at: number; inBytes: number | null; outBytes: number | null};

export function createInterfaces(): Interfaces {
	const view = new Map<string, readonly InterfaceView[]>();
	const bases = new WeakMap<InterfaceView, RateBase>();

	function viewOf(one: NetworkInterface, before: InterfaceView | undefined, at: number): InterfaceView {
		const base = before === undefined ? undefined : bases.get(before);
		const fresh: RateBase = {at, inBytes: one.inBytes, outBytes: one.outBytes};
		// Another interface of the same name starts at zero.
		if (before === undefined || base === undefined || before.index !== one.index) {
			return withBase({...one, inBps: null, outBps: null, seenAt: at}, fresh);
		}

		if (at - base.at < minRateSpanMs) {
			const {inBps, outBps} = before;
			return withBase({...one, inBps, outBps, seenAt: at}, base);
		}

		const inBps = rate(base.inBytes, one.inBytes, at - base.at);
		const outBps = rate(base.outBytes, one.outBytes, at - base.at);
		return withBase({...one, inBps, outBps, seenAt: at}, fresh);
	}

	function withBase(interfaceView: InterfaceView, base: RateBase): InterfaceView {
		bases.set(interfaceView, base);
		return interfaceView;
	}

	return {
		view,
		update({netns, at, interfaces}) {
			const before = new Map(view.get(netns)?.map(one => [one.name, one]));
			if (!view.has(netns) && view.size >= maxNamespaces) return;
			view.set(
				netns,
				interfaces.map(one => viewOf(one, before.get(one.name), at)),
			);
		},
		dropNamespace(netns) {
			view.delete(netns);
		},
	};
}

/** Bytes a second; null where a counter is unknown, or went backwards because the interface was recreated. */
const rate = (from: number | null, to: number | null, ms: number): number | null =>
	from === null || to === null || to < from ? null : ((to - from) * 1000) / ms;
