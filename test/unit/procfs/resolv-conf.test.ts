import {expect, test} from 'vitest';
import {
	parseHosts,
	parseResolvConf,
	parseThreadPoolSize,
	parseUsesDns,
} from '../../../source/procfs/resolv-conf.ts';

test.each([
	['', {nameservers: [], timeoutMs: 5000, attempts: 2}],
	['nameserver 10.0.0.2\n', {nameservers: ['10.0.0.2'], timeoutMs: 5000, attempts: 2}],
	[
		'# nameserver 10.0.0.1\n nameserver\tfd00::2\noptions timeout:1 attempts:1 ndots:5\n',
		{nameservers: ['fd00::2'], timeoutMs: 1000, attempts: 1},
	],
	['options timeout:99 attempts:0 timeout:x', {nameservers: [], timeoutMs: 5000, attempts: 1}],
	[
		'nameserver \x1b[31m\nnameserver a.b\nnameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\nnameserver 1.1.1.4',
		{nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3'], timeoutMs: 5000, attempts: 2},
	],
])('resolv.conf %j is read as glibc does', (text, expected) => {
	expect(parseResolvConf(text)).toEqual(expected);
});

test.each([
	['', null],
	['PATH=/bin\0UV_THREADPOOL_SIZE=12\0HOME=/', 12],
	['UV_THREADPOOL_SIZE=0\0', 1],
	['UV_THREADPOOL_SIZE=many\0', 1],
	['UV_THREADPOOL_SIZE=5000\0', 1024],
	['MY_UV_THREADPOOL_SIZE=3\0', null],
])('the thread pool of a process with the environment %j has %s threads', (environment, threads) => {
	expect(parseThreadPoolSize(environment)).toBe(threads);
});

test('the names in a hosts file', () => {
	const text =
		'127.0.0.1 localhost\n::1\tlocalhost Ip6-Loopback # not.this\nfe80::1%eth0 link\n#10.0.0.1 off\nnonsense name\n\n';
	expect([...parseHosts(text)]).toEqual(['localhost', 'ip6-loopback', 'link']);
});

test.each([
	['hosts: files mdns4_minimal [NOTFOUND=return] dns', true],
	['passwd: files\nhosts:\tfiles myhostname # dns', false],
	['passwd: files', true],
	['', true],
])('nsswitch.conf with %j asks DNS: %s', (text, expected) => {
	expect(parseUsesDns(text)).toBe(expected);
});
