import {severities} from '../domain/diagnosis/severity.ts';
import {type Address, kernelStates, type Row, stages} from '../domain/row.ts';
import {addressKey} from './filter/address.ts';

export type SortDirection = 'asc' | 'desc';

type SortColumn = {
	id: string;
	title: string;
	/** The direction that is most often wanted first. */
	direction: SortDirection;
	/** What is compared; null where it was not observed. `now` in ms since the epoch. */
	value: (row: Row, now: number) => number | string | null;
};

const sum = (one: number | null, other: number | null): number | null =>
	one === null || other === null ? null : one + other;

const elapsedMs = (row: Row, now: number, since: number | null): number | null =>
	since === null ? null : (row.closedAt ?? now) - since;

const columns = [
	{id: 'process', title: 'process', direction: 'asc', value: row => programAndPid(row)},
	{id: 'role', title: 'role', direction: 'asc', value: row => row.role},
	{id: 'kind', title: 'kind', direction: 'asc', value: row => row.kind},
	{id: 'stage', title: 'stage', direction: 'asc', value: row => stages.indexOf(row.stage)},
	{
		id: 'found',
		title: 'found',
		direction: 'desc',
		value: row => (row.severity === null ? null : severities.indexOf(row.severity)),
	},
	{id: 'local', title: 'local', direction: 'asc', value: row => cachedAddressOrder(row.local)},
	{id: 'peer', title: 'peer', direction: 'asc', value: row => cachedAddressOrder(row.peer)},
	{id: 'host', title: 'host', direction: 'asc', value: row => row.host?.toLowerCase() ?? null},
	{
		id: 'state',
		title: 'state',
		direction: 'asc',
		value: row => (row.kernel ? kernelStates.indexOf(row.kernel.state) : null),
	},
	{id: 'jsout', title: 'JS out', direction: 'desc', value: row => row.process?.writableLength ?? null},
	{id: 'jsin', title: 'JS in', direction: 'desc', value: row => row.process?.readableLength ?? null},
	{id: 'sendq', title: 'Send-Q', direction: 'desc', value: row => row.kernel?.sendQ ?? null},
	{id: 'recvq', title: 'Recv-Q', direction: 'desc', value: row => row.kernel?.recvQ ?? null},
	{id: 'drops', title: 'drops', direction: 'desc', value: row => row.kernel?.drops ?? null},
	{
		id: 'queuemax',
		title: 'queue at most',
		direction: 'desc',
		value: row => row.acceptQueue?.queueMax ?? null,
	},
	{id: 'halfopen', title: 'half-open', direction: 'desc', value: row => row.acceptQueue?.halfOpen ?? null},
	{id: 'accepted', title: 'accepted', direction: 'desc', value: row => row.acceptQueue?.accepted ?? null},
	{id: 'in', title: 'bytes in', direction: 'desc', value: row => row.process?.bytesRead ?? null},
	{id: 'out', title: 'bytes out', direction: 'desc', value: row => row.process?.bytesWritten ?? null},
	{id: 'rate', title: 'rate', direction: 'desc', value: row => sum(row.inBps, row.outBps)},
	{id: 'rtt', title: 'RTT', direction: 'desc', value: row => row.kernel?.info?.rttMs ?? null},
	{id: 'route', title: 'route', direction: 'asc', value: row => row.route?.dev ?? null},
	{
		id: 'idle',
		title: 'idle',
		direction: 'desc',
		value: (row, now) => elapsedMs(row, now, row.lastActivityAt),
	},
	{id: 'age', title: 'age', direction: 'desc', value: (row, now) => elapsedMs(row, now, row.openedAt)},
	{id: 'opened', title: 'opened', direction: 'desc', value: row => row.openedAt},
] as const satisfies readonly SortColumn[];

export type SortKey = (typeof columns)[number]['id'];

/** The columns that rows can be sorted by, in the order of the table. */
export const sortKeys: readonly {id: SortKey; title: string; direction: SortDirection}[] = columns;

const byId: ReadonlyMap<SortKey, SortColumn> = new Map(columns.map(column => [column.id, column]));

/** A row with what it is sorted by; null where that was not observed. */
export type KeyedRow = {readonly row: Row; value: number | string | null};

/**
 * @returns what a row is sorted by; `now` in milliseconds since the epoch, for `age` and `idle`
 */
export const sortValue = (key: SortKey): ((row: Row, now: number) => number | string | null) => {
	const column = byId.get(key);
	return (row, now) => observed(column?.value(row, now));
};

/** Whether the order changes as time passes, although no row does. */
export const isTimedSort = (key: SortKey): boolean => key === 'age' || key === 'idle';

/**
 * The order of two rows by their values. Equal ones keep one order in both directions: by the time they were opened,
 * then by id. What was not observed comes last in both directions.
 */
export const compareKeyed = (direction: SortDirection): ((one: KeyedRow, other: KeyedRow) => number) => {
	const sign = direction === 'asc' ? 1 : -1;
	return (one, other) => {
		if (one.value !== null && other.value !== null) {
			if (one.value < other.value) {
				return -sign;
			}
			if (one.value > other.value) {
				return sign;
			}
		} else if (one.value !== other.value) {
			return one.value === null ? 1 : -1;
		}
		return one.row.openedAt - other.row.openedAt || compareIds(one.row.id, other.row.id);
	};
};

const observed = (value: number | string | null | undefined): number | string | null =>
	value === undefined || Number.isNaN(value) ? null : value;

/** Ids in natural order: `1.0.9` comes before `1.0.12`, `1.…` before `k.…`. */
const compareIds = (one: string, other: string): number => {
	let left = 0;
	let right = 0;
	while (left < one.length && right < other.length) {
		const leftEnd = digitsEnd(one, left);
		const rightEnd = digitsEnd(other, right);
		if (leftEnd === left || rightEnd === right) {
			const difference = one.charCodeAt(left) - other.charCodeAt(right);
			if (difference !== 0) {
				return difference;
			}
			left++;
			right++;
			continue;
		}
		const leftNumber = Number(one.slice(left, leftEnd));
		const rightNumber = Number(other.slice(right, rightEnd));
		if (leftNumber !== rightNumber) {
			return leftNumber < rightNumber ? -1 : 1;
		}
		left = leftEnd;
		right = rightEnd;
	}
	// "01" and "1" are the same number, not the same id.
	return one.length - left - (other.length - right) || (one < other ? -1 : one === other ? 0 : 1);
};

const digitsEnd = (text: string, start: number): number => {
	let end = start;
	while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) {
		end++;
	}
	return end;
};

// The processes of one program stand together, in the order of their pids.
const programAndPid = ({program, pid}: Row): string | null =>
	program === '' && pid === null ? null : `${program.toLowerCase()}\0${String(pid ?? '').padStart(8, '0')}`;

/** Addresses are many, stay as they are, and take long to be told as text that sorts as numbers do. */
const addressOrders = new WeakMap<Address, string>();

// By address, then by port, as numbers: IPv4, IPv6, then the paths.
const cachedAddressOrder = (address: Address | null): string | null => {
	if (address === null) {
		return null;
	}
	const order = addressOrders.get(address) ?? orderOf(address);
	addressOrders.set(address, order);
	return order;
};

const orderOf = (address: Address): string => {
	if ('path' in address) {
		return `8${address.path}`;
	}
	const port = address.port.toString(16).padStart(4, '0');
	return `${addressKey(address.address) ?? `7${address.address}`}${port}`;
};
