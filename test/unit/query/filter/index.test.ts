import {describe, expect, it} from 'vitest';
import type {Row} from '../../../../source/domain/row.ts';
import {filterWords, parseFilter} from '../../../../source/query/filter/index.ts';
import {makeKernelView, makeProcessView, makeRow, makeTcpInfo, openedAt} from '../../../helpers/model/row.ts';

const now = openedAt + 10_000;

const passes = (text: string, row: Row, at = now): boolean => {
	const parsed = parseFilter(text);
	if (!parsed.ok) {
		throw new Error(`${text}: ${parsed.message}`);
	}
	return parsed.filter.matches(row, at);
};

const upload = makeRow({
	program: 'Upload.js',
	pid: 4711,
	host: 'api.internal',
	local: {address: '10.0.0.5', port: 52_744, family: 4},
	peer: {address: '10.0.0.9', port: 443, family: 4},
	kind: 'tls',
	stage: 'draining',
	label: 'POST /upload',
	site: 'src/upload.ts:41:12',
	error: {operation: 'write', phase: 'write', code: 'EPIPE', message: 'broken'},
	diagnoses: ['connect-refused'],
	severity: 'warn',
	lastActivityAt: openedAt + 4000,
	inBps: 1000,
	outBps: 2000,
	process: makeProcessView({
		bytesRead: 2048,
		bytesWritten: 2 * 1024 ** 2,
		writableLength: 65_536,
		readableLength: 1,
	}),
	kernel: makeKernelView({
		sendQ: 146_988,
		recvQ: 0,
		uid: 1000,
		drops: 1500,
		info: makeTcpInfo({rttMs: 51, retransTotal: 3}),
	}),
	route: {
		dst: '10.0.0.9',
		from: null,
		dev: 'eth1',
		src: '10.0.0.5',
		gateway: null,
		table: 'main',
		mtu: null,
		error: null,
	},
});

const mapped = makeRow({
	role: 'server',
	local: {address: '::ffff:127.0.0.1', port: 8080, family: 6},
	peer: {address: '::ffff:10.20.0.7', port: 40_000, family: 6},
});

const six = makeRow({
	local: {address: 'fe80::1%eth0', port: 5000, family: 6},
	peer: {address: '::1', port: 80, family: 6},
});

const path = makeRow({
	kind: 'unix',
	role: 'listener',
	stage: 'listening',
	local: {path: '/run/app (1).sock'},
});

const unknown = makeRow({role: null, pid: null, program: '', lastActivityAt: null});

describe('a row passes a filter', () => {
	it.each<[string, Row]>([
		['', unknown],
		['  \t\n', unknown],
		['upload.JS', upload],
		['4711', upload],
		['API.int', upload],
		['10.0.0.9:443', upload],
		['52744', upload],
		['"post /up"', upload],
		['drain', upload],
		['estab', upload],
		['EPIPE', upload],
		['eth1', upload],
		['tls', upload],
		['client', upload],
		['[::1]:80', six],
		['dead::1', makeRow({peer: {address: 'dead::1', port: 1, family: 6}})],
		['127.0.0.1:8080', mapped],
		['[::ffff:127.0.0.1]:8080', mapped],
		['/^127\\.0\\.0\\.1:8080$/', mapped],
		['peer:ffff:10.20', mapped],
		['app', path],
		['"/run/app (1).sock"', path],
		['a=b', makeRow({label: 'GET /a=b'})],
		['"say \\"x\\" \\\\"', makeRow({label: 'GET /say "X" \\'})],
		['"and"', makeRow({label: 'GET /sand'})],

		['stage:draining', upload],
		['STAGE:Draining', upload],
		['stage:open,draining', upload],
		['stage:"draining"', upload],
		['state:estab', upload],
		['state:established', upload],
		['state:Connected', upload],
		['kind:tls', upload],
		['role:client', upload],
		['host:internal', upload],
		['host:=API.internal', upload],
		['label:"POST /"', upload],
		['label:/upload', upload],
		['site:upload.ts', upload],
		['dev:eth', upload],
		['code:epipe', upload],
		['rule:REFUSED', upload],
		['rule:=connect-refused', upload],
		['severity:warn', upload],
		['severity:Error,WARN', upload],
		['severity:>=warn', upload],
		['severity>info', upload],
		['severity:<error', upload],
		['severity:<=warn', upload],
		['severity:=warn', upload],
		['pid:4711', upload],
		['pid:1,4711', upload],

		['peer:10.0.0.0/8', upload],
		['peer:10.0.0.9', upload],
		['peer:10.0.0.9:443', upload],
		['peer::443', upload],
		['peer:10.0.', upload],
		['peer:api', upload],
		['local:10.0.0.4/31', upload],
		['peer:10.16.0.0/12', mapped],
		['peer:::ffff:10.20.0.0/112', mapped],
		['peer:::ffff:10.20.0.7', mapped],
		['local:[::ffff:127.0.0.1]:8080', mapped],
		['local:127.0.0.1:8080', mapped],
		['peer:[::1]:80', six],
		['peer:[::1]', six],
		['peer:::1', six],
		['peer:0:0:0:0:0:0:0:1', six],
		['peer:::/0', six],
		['local:fe80::/10', six],
		['local:fe80::1', six],
		['local:%eth0', six],
		['local:/run/', path],

		['port:443', upload],
		['port:52744', upload],
		['port:80,443', upload],
		['port:400-500,1', upload],
		['port:>=52744', upload],
		['dport:443', upload],
		['sport:>1023', upload],

		['buf:>64k', upload],
		['buf>64k', upload],
		['buf:=65537', upload],
		['sendq:>0', upload],
		['sendq:>143K', upload],
		['recvq:=0', upload],
		['recvq:<1', upload],
		['in:>=2k', upload],
		['in:<=2.0kB', upload],
		['out:>1M', upload],
		['out:<1G', upload],
		['rate:=3000', upload],
		['rate:>2k/s', upload],
		['age:>=10s', upload],
		['age:<1m', upload],
		['idle:=6s', upload],
		['idle:>5999ms', upload],
		['rtt:>50ms', upload],
		['rtt:<52000us', upload],
		['rtt:>0', upload],
		['rtt:<1h', upload],
		['retrans:>0', upload],
		['retrans=3', upload],
		['drops:>1k', upload],
		['drops:<=1.5k', upload],
		['inode:32846', upload],
		['inode:1,32000-33000', upload],
		['uid:1000', upload],
		['uid:>999', upload],

		['tls post', upload],
		['tls and post', upload],
		['tls AND post', upload],
		['tls && post', upload],
		['nothing or post', upload],
		['nothing || post', upload],
		['nothing or post tls', upload],
		['(nothing or post) tls', upload],
		['!nothing', upload],
		['! nothing', upload],
		['!!post', upload],
		['not nothing', upload],
		['not not post', upload],
		['not(nothing)', upload],
		['!(nothing or neither) (post)', upload],

		['/^10\\.0\\.0\\.[5-9]:/', upload],
		['/^POST \\/up(load)?$/', upload],
		['/^post/i', upload],
		['/[/]upload/', upload],
		['!/nothing/ post', upload],
	])('%s', (text, row) => {
		expect(passes(text, row)).toBe(true);
	});
});

describe('a row does not pass a filter', () => {
	it.each<[string, Row]>([
		['nothing', upload],
		['"post  /up"', upload],
		['stage:open', upload],
		['stage:paused', {...upload, marks: ['paused']}],
		['state:listen', upload],
		['state:bucket', upload],
		['kind:tcp', upload],
		['role:server', upload],
		['host:=api', upload],
		['dev:=eth', upload],
		['peer:10.0.0.1', makeRow({peer: {address: '10.0.0.12', port: 1, family: 4}})],
		['peer:10.0.0.9:44', upload],
		['peer::44', upload],
		['peer:10.0.0.0/30', upload],
		['peer:0.0.0.0/0', six],
		['peer:::/0', upload],
		['peer:10.0.0.0/8', path],
		['local::80', path],
		['local:api', upload],
		['sport:443', upload],
		['dport:52744', upload],
		['port:1-442,444-52743', upload],
		['port:443', path],
		['pid:471', upload],
		['retrans:>3', upload],
		['drops:<1.5k', upload],
		['inode:3284', upload],
		['uid:0', upload],
		['buf:>65537', upload],
		['age:>10s', upload],
		['tls nothing', upload],
		['nothing or neither', upload],
		['!post', upload],
		['!nothing post nothing', upload],
		['not (post or nothing)', upload],
		['/POST$/', upload],
		['/post/', upload],
		// An expression matches one text at a time.
		['/internal.*443/', upload],
	])('%s', (text, row) => {
		expect(passes(text, row)).toBe(false);
	});
});

describe('an unobserved value', () => {
	it.each([
		...['buf', 'jsout', 'sendq', 'recvq', 'received', 'sent', 'in', 'out', 'rate'].flatMap(word => [
			`${word}:>=0`,
			`${word}:<1`,
		]),
		'idle:>=0',
		'idle:<1h',
		'rtt:>=0',
		'retrans:>=0',
		'drops:>=0',
		'inode:>=0',
		'uid:>=0',
		'state:all',
		'peer:0.0.0.0/0',
		'port:0-65535',
		'pid:>=0',
		'role:client,server,listener',
		'/null|undefined/',
		'severity:>=info',
		'severity:info,warn,error',
	])('passes no test, but its negation: %s', text => {
		expect(passes(text, unknown)).toBe(false);
		expect(passes(`!${text}`, unknown)).toBe(true);
	});

	it('is a sum with an unknown part', () => {
		expect(passes('rate:>=0', makeRow({inBps: 5, outBps: null}))).toBe(false);
	});
});

it('is not the age of a closed row, which counts until its close', () => {
	const row = makeRow({closedAt: openedAt + 2000, lastActivityAt: openedAt + 500});
	expect(passes('age:=2s idle:=1500ms', row, openedAt + 3_600_000)).toBe(true);
});

it('does not change the text of a filter as it was typed', () => {
	expect(parseFilter(' Post  OR x ')).toMatchObject({ok: true, filter: {text: ' Post  OR x '}});
});

it.each(filterWords)('the example of $word: is understood and uses it: $example', ({word, example}) => {
	expect(example.startsWith(`${word}:`)).toBe(true);
	expect(parseFilter(example)).toMatchObject({ok: true});
});

describe('whether a filter depends on the time', () => {
	const rows = [upload, mapped];
	const later = now + 3_600_000;

	it.each(filterWords.map(({example}) => example))('%s says so where its result changes with time', text => {
		const parsed = parseFilter(text);
		if (!parsed.ok) throw new Error(parsed.message);
		const {filter} = parsed;
		const changes = rows.some(row => filter.matches(row, now - 9999) !== filter.matches(row, later));
		expect(filter.isTimeDependent).toBe(changes);
	});

	it.each([
		['!(peer:10.0.0.9 or idle:<1m)', true],
		['age', false],
		['"idle:>1m"', false],
	])('%s: %s', (text, timed) => {
		const parsed = parseFilter(text);
		expect(parsed.ok && parsed.filter.isTimeDependent).toBe(timed);
	});
});
