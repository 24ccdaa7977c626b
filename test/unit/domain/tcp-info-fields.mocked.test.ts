/** One entry of source/domain/tcp-info-fields.ts is all that a field needs whose absence means one thing in all releases of ss: no other file of source/ is changed here. */
import {describe, expect, test, vi} from 'vitest';
import type {KernelSocket, Row} from '../../../source/domain/row.ts';
import {tcpInfoEntries} from '../../../source/domain/tcp-info-entries.ts';
import type {TcpInfoField} from '../../../source/domain/tcp-info-fields.ts';
import {recordJsonSchema} from '../../../source/records/format/json-schema.ts';
import {record} from '../../../source/records/format/schema.ts';
import {rowRecord} from '../../../source/records/write/to-record.ts';
import {kernelFields} from '../../../source/screen/detail/kernel-fields.ts';
import {readTable} from '../../helpers/kernel/read-table.ts';
import {connectedClient, createSession, moment} from '../../helpers/model/session.ts';

vi.mock('../../../source/domain/tcp-info-fields.ts', async importOriginal => {
	const {tcpInfoFields} = await importOriginal<typeof import('../../../source/domain/tcp-info-fields.ts')>();
	const rehash: TcpInfoField = {
		word: 'rehash',
		value: 'integer',
		absent: 0,
		compare: true,
		line: {
			name: 'rehash',
			text: info => String(Object.entries(info).find(([name]) => name === 'rehash')?.[1]),
		},
		description: 'new hashes of the path',
	};
	const dsack: TcpInfoField = {
		word: 'dsack_dups',
		value: 'integer',
		absent: null,
		compare: false,
		line: null,
	};
	return {tcpInfoFields: {...tcpInfoFields, rehash, dsack}};
});

const id = '1.0.1';
const socket = (fields: string): KernelSocket => {
	const line = `ESTAB 0 0 10.0.0.5:50000 10.0.0.9:443 ino:77 sk:c cubic wscale:7,7 rto:204 rtt:1/0.5 cwnd:10${fields}`;
	const [found] = readTable(`${line}\n`).sockets;
	if (found === undefined) throw new Error(`not understood: ${line}`);
	return found;
};

const session = createSession();
connectedClient(session, 1, {inode: 77});
/** The row after a snapshot in which the line of its socket ends with this text. */
const rowAfter = (seconds: number, fields: string): Row => {
	session.snapshot(seconds, [socket(fields)]);
	return session.row(id);
};

describe('a field that is added to the table', () => {
	test('is parsed: as printed, or as its entry says of a line without it', () => {
		expect(socket(' rehash:3 dsack_dups:2').info).toMatchObject({rehash: 3, dsack: 2, cwnd: 10});
		expect(socket('').info).toMatchObject({rehash: 0, dsack: null});
	});

	test('is kept in the row, and changes its version if its entry is so marked', () => {
		const {version} = rowAfter(1, ' rehash:3');
		expect(rowAfter(2, ' rehash:3 dsack_dups:2').version).toBe(version);
		const row = rowAfter(3, ' rehash:4 dsack_dups:2');
		expect(row.kernel?.info).toMatchObject({rehash: 4, dsack: 2});
		expect(row.version).toBeGreaterThan(version);
	});

	test('is a line of the detail pane where the entry has one', () => {
		const row = rowAfter(4, ' rehash:5 dsack_dups:2');
		const lines = row.kernel === null ? [] : kernelFields(row, row.kernel, moment(4));
		expect(lines).toContainEqual({name: 'rehash', text: '5', tone: 'plain'});
		expect(lines.map(({name}) => name)).not.toContain('dsack');
	});

	test('is in the record and in its JSON Schema, null where no TCP info is known', () => {
		const row = rowAfter(5, ' rehash:6 dsack_dups:2');
		expect(record.parse(rowRecord(row, moment(5)))).toMatchObject({kernel: {rehash: 6, dsack: 2}});
		const kernel = row.kernel && {...row.kernel, info: null};
		expect(record.parse(rowRecord({...row, kernel}, moment(5)))).toMatchObject({kernel: {rehash: null}});
		expect(() =>
			record.parse({...rowRecord(row, moment(5)), kernel: {...row.kernel, rehash: 'x'}}),
		).toThrow();
		expect(JSON.stringify(recordJsonSchema('open'))).toContain('"description":"new hashes of the path"');
	});
});

test('has a name and a word of ss that are in the table once', () => {
	const words = tcpInfoEntries.flatMap(({word, form}) =>
		word === null ? [] : [`${word} ${form ?? 'first'}`],
	);
	expect(new Set(words).size).toBe(words.length);
	expect(tcpInfoEntries.filter(({word}) => word === null).map(({name}) => name)).toEqual(['congestion']);
});
