import {describe, expect, test} from 'vitest';
import {columnTable, wordTable} from '../../../../scripts/generated-docs.ts';
import type {Field} from '../../../../source/domain/fields/field.ts';
import {currentColumnId, fields} from '../../../../source/domain/fields/index.ts';
import {noHistory} from '../../../../source/domain/view/history.ts';
import {filterWords, parseFilter} from '../../../../source/query/filter/index.ts';
import {byName, wordsOf} from '../../../../source/query/filter/words.ts';
import {sortColumnsOf, sortKeys, sortValue} from '../../../../source/query/sort.ts';
import {columnDocs} from '../../../../source/screen/columns/column-docs.ts';
import {connectionTable} from '../../../../source/screen/columns/connections.ts';
import {withFieldColumns} from '../../../../source/screen/columns/field-column.ts';
import {listenerTable} from '../../../../source/screen/columns/listeners.ts';
import {layoutColumns} from '../../../../source/screen/table/layout.ts';
import {makeAccepting, makeProcessView, makeRow, openedAt} from '../../../helpers/model/row.ts';

const list: readonly Field[] = fields;
const tables = {connections: connectionTable, listeners: listenerTable};

describe('an added field', () => {
	const pending: Field = {
		id: 'pending',
		aliases: ['queued'],
		title: 'pending',
		description: 'requests that wait for the connection',
		unit: 'count',
		read: ({http}) => http?.open ?? null,
		tables: ['connections'],
		sort: {direction: 'desc'},
		filter: {example: 'pending:>2'},
	};
	const more = [...list, pending];
	const http = (open: number) => ({http: {protocol: null, requests: open, open}});

	test('is a column, at the end of its table, drawn by its unit', () => {
		const columns = withFieldColumns('connections', connectionTable.columns, more);
		expect(columns).toHaveLength(connectionTable.columns.length + 1);
		const column = columns.at(-1);
		expect(column).toMatchObject({
			...{id: 'pending', title: 'pending'},
			align: 'right',
			sortKeys: ['pending'],
		});
		const layout = layoutColumns(1000, {columns, growth: []});
		expect(layout.at(-1)).toMatchObject({title: 'pending', width: 7});
		const context = {
			...{now: 0, width: 7, roomToLineEnd: 7, ambiguousPrograms: new Set<string>()},
			...{histories: noHistory, glyphSet: 'blocks' as const},
		};
		expect(column?.toCell(makeRow(http(1200)), context)).toEqual({text: '1.2k', tone: 'plain'});
		expect(column?.toCell(makeRow({http: null}), context)).toEqual({text: '–', tone: 'faint'});
		expect(withFieldColumns('listeners', listenerTable.columns, more)).toEqual(listenerTable.columns);
	});

	test('leaves the columns of a terminal of usual width as they are', () => {
		const columns = withFieldColumns('connections', connectionTable.columns, more);
		for (const width of [40, 80, 120])
			expect(layoutColumns(width, {...connectionTable, columns})).toEqual(
				layoutColumns(width, connectionTable),
			);
	});

	test('is a sort key, behind the others, of the table that has its column', () => {
		const key = sortColumnsOf(more).at(-1);
		expect(key).toMatchObject({id: 'pending', title: 'pending', direction: 'desc', tables: ['connections']});
		expect(key?.value(makeRow(http(3)), 0)).toBe(3);
	});

	test('is a word of filters, by its own name and by its other one', () => {
		const word = wordsOf(more).at(-1);
		expect(word).toMatchObject({word: 'pending', aliases: ['queued'], isTimed: false});
		const test = word?.compile({text: '2', operator: '>', quoted: false, position: 0}, 'pending');
		if (!test?.ok) throw new Error('the value is refused');
		expect([1, 3].map(open => test.value(makeRow(http(open)), 0))).toEqual([false, true]);
	});

	test('takes the name of no other word, even where one of its aliases is that name', () => {
		const names = byName(wordsOf([{...pending, aliases: ['peer', 'queued']}, ...list]));
		expect(['peer', 'queued'].map(name => names.get(name)?.word)).toEqual(['peer', 'pending']);
	});

	test('is a line in the tables of the documentation', () => {
		expect(wordTable(wordsOf(more))).toContain(
			'\n| `pending:` | requests that wait for the connection; also queued: | `pending:>2` |',
		);
		expect(columnTable(withFieldColumns('connections', connectionTable.columns, more))).toContain(
			'\n| pending | requests that wait for the connection |',
		);
	});
});

describe('names', () => {
	test('are one a field, in lower case, as the filter language takes them', () => {
		const ids = list.map(({id}) => id);
		expect(new Set(ids).size).toBe(ids.length);
		for (const id of ids) expect(id).toMatch(/^[a-z]+$/);
	});

	test('that are aliases or former ids of columns belong to one field, and hide no name', () => {
		const ids = new Set(list.map(({id}) => id));
		for (const others of [
			list.flatMap(({aliases = []}) => aliases),
			list.flatMap(({formerColumnIds = []}) => formerColumnIds),
		]) {
			expect(others.length).toBeGreaterThan(1);
			expect(new Set(others).size).toBe(others.length);
			expect(others.filter(name => ids.has(name))).toEqual([]);
		}
	});

	test('of metrics are unique, end in their base unit, or in _total', () => {
		const metrics = list.flatMap(({metric}) => metric ?? []);
		expect(new Set(metrics).size).toBe(metrics.length);
		for (const metric of metrics) expect(metric).toMatch(/^netwatch_(socket|listener)_[a-z_]+$/);
		for (const {metric, unit} of list) {
			if (metric !== undefined && unit === 'bytes') expect(metric).toMatch(/_bytes(_total)?$/);
			if (metric !== undefined && unit === 'ms') expect(metric).toMatch(/_seconds$/);
		}
	});

	test.for(['connections', 'listeners'] as const)('are those of the columns of %s', table => {
		const columnIds = tables[table].columns.map(({id}) => id);
		expect(new Set(columnIds).size).toBe(columnIds.length);
		const ofTable = list.filter(one => one.tables?.includes(table)).map(({id}) => id);
		expect(columnIds.filter(id => !ofTable.includes(id))).toEqual(
			{connections: ['flow', 'buffers'], listeners: ['queue', 'others']}[table],
		);
		expect(ofTable.filter(id => !columnIds.includes(id))).toEqual([]);
		const keys = new Set<string>(sortKeys.map(({id}) => id));
		for (const {sortKeys: ordering = []} of tables[table].columns)
			expect(ordering.filter(key => !keys.has(key))).toEqual([]);
		expect(columnDocs.find(docs => docs.table === table)?.columns).toHaveLength(columnIds.length);
	});
});

describe('former names', () => {
	const formerWords = [
		...['stage', 'state', 'peer', 'local', 'port', 'sport', 'dport', 'host', 'pid', 'dev', 'code', 'label'],
		...['site', 'role', 'kind', 'rule', 'severity', 'buf', 'sendq', 'recvq', 'in', 'out', 'rate', 'age'],
		...['idle', 'rtt', 'retrans', 'drops', 'inode', 'uid'],
	];
	const formerSortKeys = [
		...['process', 'role', 'kind', 'stage', 'severity', 'local', 'peer', 'host', 'state', 'jsout', 'jsin'],
		...['sendq', 'recvq', 'drops', 'queuemax', 'halfopen', 'accepted', 'in', 'out', 'rate', 'rtt', 'route'],
		...['idle', 'age', 'opened'],
	];
	const formerColumns = {
		connections: [
			...['process', 'found', 'stage', 'local', 'direction', 'peer', 'state', 'out', 'in', 'sendq', 'recvq'],
			...['bytes', 'sent', 'received', 'out-rate', 'in-rate', 'flow', 'buffers', 'route', 'age', 'label'],
			...['kind', 'joined', 'site'],
		],
		listeners: [
			...['process', 'address', 'takes', 'found', 'stage', 'queue', 'most', 'asked', 'half-open', 'drops'],
			...['drop-rate', 'accepted', 'accept-rate', 'connections', 'refused', 'others', 'kind', 'age', 'site'],
		],
	};

	test.for(formerWords)('%s: is a word of filters', name => {
		expect(filterWords.filter(({word, aliases}) => word === name || aliases.includes(name))).toHaveLength(1);
		expect(parseFilter(`${name}:`)).not.toMatchObject({message: expect.stringContaining('unknown word')});
	});

	test.for(formerSortKeys)('%s is a sort key, in the place that it had in the picker', name => {
		const key = sortColumnsOf(list)[formerSortKeys.indexOf(name)];
		expect([key?.id, ...(key?.aliases ?? [])]).toContain(name);
	});

	test.for(['connections', 'listeners'] as const)('are columns of %s, in the order that they had', table => {
		expect(formerColumns[table].map(currentColumnId)).toEqual(tables[table].columns.map(({id}) => id));
	});

	test('found: is no word of filters, but the former name of a column', () => {
		expect(parseFilter('found:error')).toMatchObject({message: expect.stringContaining('unknown word')});
		expect(currentColumnId('found')).toBe('severity');
	});

	test('out and in of filters are the bytes written and read, as before; the columns were buffers', () => {
		const row = makeRow({
			process: makeProcessView({bytesWritten: 10, bytesRead: 20, writableLength: 30, readableLength: 40}),
		});
		const found = ['out:=10', 'sent:=10', 'in:=20', 'received:=20', 'jsout:=30', 'jsin:=40'].map(text => {
			const parsed = parseFilter(text);
			return parsed.ok && parsed.filter.matches(row, openedAt);
		});
		expect(found).toEqual(Array(6).fill(true));
		expect(['out', 'in'].map(currentColumnId)).toEqual(['jsout', 'jsin']);
	});
});

test('a value is null where it was not observed, and nothing else', () => {
	const bare = makeRow({
		...{
			host: null,
			role: null,
			local: null,
			peer: null,
			label: null,
			site: null,
			process: null,
			kernel: null,
		},
		...{
			route: null,
			error: null,
			severity: null,
			acceptQueue: null,
			connections: null,
			inBps: null,
			outBps: null,
		},
		...{joinedBy: null, pid: null, lastActivityAt: null},
	});
	const known = list.filter(field => field.read(bare, openedAt) !== null).map(({id}) => id);
	expect(known).toEqual(['process', 'stage', 'port', 'kind', 'rule', 'age', 'opened']);
	const listening = makeRow({acceptQueue: makeAccepting({halfOpen: 0})});
	expect(list.find(({id}) => id === 'halfopen')?.read(listening, openedAt)).toBe(0);
});

test('rows are sorted by a key and by its earlier name alike', () => {
	const row = makeRow({process: makeProcessView({bytesWritten: 10, bytesRead: 20}), severity: 'error'});
	for (const [name, former] of [
		['sent', 'out'],
		['received', 'in'],
	] as const) {
		expect(sortValue(name)(row, openedAt)).toBeGreaterThan(0);
		expect(sortValue(former)(row, openedAt)).toBe(sortValue(name)(row, openedAt));
	}
});
