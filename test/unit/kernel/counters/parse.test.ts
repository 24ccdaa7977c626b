import {describe, expect, test} from 'vitest';
import {parseCounter, parsePortRange, parseSockstat} from '../../../../source/kernel/counters/parse.ts';
import {fixture} from '../../../helpers/kernel/fixtures.ts';

const netstat = fixture('all-states-1.nwt1.proc_net_netstat');
const snmp = fixture('all-states-1.nwt1.proc_net_snmp');
const sockstat = fixture('all-states-1.nwt1.proc_net_sockstat');

describe('counters of /proc/net', () => {
	test.each([
		[netstat, 'TcpExt', 'ListenOverflows', 63],
		[netstat, 'TcpExt', 'ListenDrops', 63],
		[snmp, 'Tcp', 'RetransSegs', 588],
		[snmp, 'Tcp', 'MaxConn', null],
		[snmp, 'Tcp', 'NotCounted', null],
		[snmp, 'None', 'RetransSegs', null],
		['', 'Tcp', 'RetransSegs', null],
		['Tcp: RetransSegs\n', 'Tcp', 'RetransSegs', null],
		['Tcp: RetransSegs\nTcp: x\n', 'Tcp', 'RetransSegs', null],
	])('%#: %s %s %s', (text, group, name, value) => {
		expect(parseCounter(text, group, name)).toBe(value);
	});

	test.each([
		[sockstat, 'TCP', 'tw', 3],
		[sockstat, 'TCP', 'orphan', 2],
		[sockstat, 'TCP', 'none', null],
		['', 'TCP', 'tw', null],
	])('%#: sockstat %s %s %s', (text, group, name, value) => {
		expect(parseSockstat(text, group, name)).toBe(value);
	});

	test.each([
		['32768\t60999\n', {low: 32_768, high: 60_999}],
		['1024 65535', {low: 1024, high: 65_535}],
		['', null],
		['cat: no such file', null],
	])('the port range %j', (text, range) => {
		expect(parsePortRange(text)).toEqual(range);
	});
});
