/** Interfaces as records: each when it is new, when anything of it has changed, and when it is gone. */
import type {InterfacesSeen, NetworkInterface} from '../../domain/kernel.ts';
import {clean} from '../../text/sanitize.ts';
import type {RecordOf} from '../format/schema.ts';

/** @returns the records that a look at a namespace's interfaces makes */
export type InterfaceRecords = (seen: InterfacesSeen) => RecordOf<'interface'>[];

/** Of a host with more, the first are told. */
const interfacesKept = 1000;
const namespacesKept = 64;
/** A line has an end. */
const addressesKept = 256;

export function createInterfaceRecords(): InterfaceRecords {
	/** What was told last, by namespace and index: it is compared as it is written. */
	const told = new Map<string, ReadonlyMap<number, {text: string; facts: Facts}>>();

	return ({netns, at, interfaces}) => {
		const before = told.get(netns);
		const now = new Map<number, {text: string; facts: Facts}>();
		const records: RecordOf<'interface'>[] = [];
		for (const seen of interfaces.slice(0, interfacesKept)) {
			const facts = factsOf(seen);
			const text = JSON.stringify(facts);
			now.set(seen.index, {text, facts});
			if (before?.get(seen.index)?.text !== text) {
				records.push({type: 'interface', at, netns, gone: false, ...facts});
			}
		}

		for (const [index, {facts}] of before ?? []) {
			if (!now.has(index)) records.push({type: 'interface', at, netns, gone: true, ...facts});
		}

		told.delete(netns);
		const oldest = told.size < namespacesKept ? undefined : told.keys().next().value;
		if (oldest !== undefined) told.delete(oldest);
		told.set(netns, now);
		return records;
	};
}

type Facts = Omit<RecordOf<'interface'>, 'type' | 'at' | 'netns' | 'gone'>;

function factsOf(seen: NetworkInterface): Facts {
	const {name, index, state, mtu, kind, master, addresses, ...counts} = seen;
	const more = addresses.length - addressesKept;
	return {
		name: clean(name),
		index,
		state: clean(state),
		mtu,
		kind: kind === null ? null : clean(kind),
		master: master === null ? null : clean(master),
		addresses: [...addresses.slice(0, addressesKept), ...(more > 0 ? [`… ${more} more`] : [])],
		...counts,
	};
}
