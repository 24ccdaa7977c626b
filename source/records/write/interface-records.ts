/** Interfaces as records: one for each new, changed or removed interface. */
import type {InterfacesSnapshot, NetworkInterface} from '../../domain/kernel.ts';
import {sanitize} from '../../text/sanitize.ts';
import type {RecordOf} from '../format/schema.ts';

/** @returns the records of a snapshot of a namespace's interfaces */
export type InterfaceRecords = (snapshot: InterfacesSnapshot) => RecordOf<'interface'>[];

/** Limit of interfaces in a namespace; further ones are left out. */
const maxInterfaces = 1000;
const maxNamespaces = 64;
/** Keeps a record below the longest line. */
const maxAddresses = 256;

export function createInterfaceRecords(): InterfaceRecords {
	/** The last record of each interface, by namespace and index; the text is for the comparison. */
	const lastWritten = new Map<string, ReadonlyMap<number, {text: string; facts: InterfaceFields}>>();

	return ({netns, at, interfaces}) => {
		const previous = lastWritten.get(netns);
		const current = new Map<number, {text: string; facts: InterfaceFields}>();
		const records: RecordOf<'interface'>[] = [];
		for (const networkInterface of interfaces.slice(0, maxInterfaces)) {
			const fields = toFields(networkInterface);
			const text = JSON.stringify(fields);
			current.set(networkInterface.index, {text, facts: fields});
			if (previous?.get(networkInterface.index)?.text !== text) {
				records.push({type: 'interface', at, netns, gone: false, ...fields});
			}
		}

		for (const [index, {facts: fields}] of previous ?? []) {
			if (!current.has(index)) records.push({type: 'interface', at, netns, gone: true, ...fields});
		}

		lastWritten.delete(netns);
		const oldest = lastWritten.size < maxNamespaces ? undefined : lastWritten.keys().next().value;
		if (oldest !== undefined) lastWritten.delete(oldest);
		lastWritten.set(netns, current);
		return records;
	};
}

type InterfaceFields = Omit<RecordOf<'interface'>, 'type' | 'at' | 'netns' | 'gone'>;

function toFields(networkInterface: NetworkInterface): InterfaceFields {
	const {name, index, state, mtu, kind, master, addresses, ...counts} = networkInterface;
	const omittedCount = addresses.length - maxAddresses;
	return {
		name: sanitize(name),
		index,
		state: sanitize(state),
		mtu,
		kind: kind === null ? null : sanitize(kind),
		master: master === null ? null : sanitize(master),
		addresses: [...addresses.slice(0, maxAddresses), ...(omittedCount > 0 ? [`… ${omittedCount} more`] : [])],
		...counts,
	};
}
