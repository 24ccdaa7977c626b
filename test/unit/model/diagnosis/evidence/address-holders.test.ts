// The owner of an address that another process failed to bind.
import {describe, expect, test} from 'vitest';
import type {Address, OtherListener, Row} from '../../../../../source/domain/row.ts';
import {
	addressHoldersOf,
	hasUnknownHolder,
	localAddressInMessage,
} from '../../../../../source/model/diagnosis/evidence/address-holders.ts';
import {makeAccepting, makeRow, openedAt} from '../../../../helpers/model/row.ts';
import {makeWorld} from '../../../../helpers/model/rule-engine.ts';

const at = (address: string, port: number): Address => ({
	address,
	port,
	family: address.includes(':') ? 6 : 4,
});

/** A listener that failed to bind its port. */
const wanting = (address: string, others: readonly OtherListener[] = [], more: Partial<Row> = {}): Row =>
	makeRow({
		...{
			role: 'listener',
			stage: 'failed',
			local: at(address, 3000),
			openedAt: openedAt + 5,
			closedAt: openedAt + 10,
		},
		error: {operation: 'listen', phase: 'bind', code: 'EADDRINUSE', message: ''},
		acceptQueue: makeAccepting({others}),
		...more,
	});

const holdersOf = (row: Row, rows: readonly Row[] = []): string[] => {
	const all = new Map([row, ...rows].map(each => [each.id, each]));
	return addressHoldersOf({row, facts: makeWorld({rows: all}), now: openedAt + 100}).map(
		holder => holder.label,
	);
};

describe("the owner of a port, from the kernel's listeners", () => {
	const holder = (address: string): OtherListener => ({address, pid: 811, program: 'node'});
	test.each<[string, string, string[]]>([
		['127.0.0.1', '127.0.0.1', ['node (pid 811)']],
		['127.0.0.1', '127.0.0.2', []],
		['127.0.0.1', '*', ['node (pid 811)']],
		['127.0.0.1', '0.0.0.0', ['node (pid 811)']],
		['::', '127.0.0.1', ['node (pid 811)']],
		['::1', '[::1]', ['node (pid 811)']],
		['::ffff:127.0.0.1', '127.0.0.1', ['node (pid 811)']],
	])('is found for %s beside %s', (wanted, other, expected) => {
		expect(holdersOf(wanting(wanted, [holder(other)]))).toEqual(expected);
	});

	test('a process hidden by permissions is reported as one process', () => {
		const hidden = {address: '*', pid: null, program: null};
		expect(holdersOf(wanting('127.0.0.1', [hidden]))).toEqual(['a process that is not seen from here']);
	});
});

describe('the owner of a port, from the rows', () => {
	const has = (more: Partial<Row>): Row =>
		makeRow({
			role: 'listener',
			stage: 'listening',
			local: at('127.0.0.1', 3000),
			pid: 4712,
			program: 'a.js',
			...more,
		});
	test.each<[string, Partial<Row>, string[]]>([
		['a listener', {}, ['a.js (pid 4712)']],
		['one in another namespace', {netns: '2'}, []],
		['one on another port', {local: at('127.0.0.1', 3001)}, []],
		['one that came later', {openedAt: openedAt + 50}, []],
		['one that had closed before', {stage: 'closed', closedAt: openedAt + 1}, []],
		['one that closed after', {stage: 'closed', closedAt: openedAt + 50}, ['a.js (pid 4712)']],
		['a connection that was accepted', {role: 'server', stage: 'open'}, []],
		['a UDP socket', {kind: 'udp'}, []],
	])('%s', (_title, more, expected) => {
		expect(holdersOf(wanting('127.0.0.1'), [has(more)])).toEqual(expected);
	});
});

test('the end of a command waits for the owner only while it can still be found', () => {
	const waits = (...rows: Row[]): boolean => hasUnknownHolder(new Map(rows.map(row => [row.id, row])));
	expect(waits(wanting('127.0.0.1'))).toBe(true);
	expect(waits(wanting('127.0.0.1', [{address: '*', pid: null, program: null}]))).toBe(true);
	expect(waits(wanting('127.0.0.1', [{address: '*', pid: 811, program: 'node'}]))).toBe(false);
	const own = makeRow({role: 'listener', stage: 'listening', local: at('127.0.0.1', 3000)});
	expect(waits(wanting('127.0.0.1'), own)).toBe(false);
	expect(waits(makeRow({role: 'listener', stage: 'listening'}))).toBe(false);
});

test.each([
	['connect EADDRNOTAVAIL 10.0.0.9:443 - Local (0.0.0.0:45678)', at('0.0.0.0', 45_678)],
	['connect EADDRNOTAVAIL ::1:443 - Local (::1:45678)', at('::1', 45_678)],
	['connect ECONNREFUSED 10.0.0.9:443 - Local (undefined:undefined)', null],
	['connect ECONNREFUSED 10.0.0.9:443', null],
])('the local address is parsed from %j', (message, expected) => {
	expect(localAddressInMessage(message)).toEqual(expected);
});
