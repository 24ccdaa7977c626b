// Findings of a process with lost records: the close of its sockets may be among them.
import {expect, test} from 'vitest';
import type {ModelInput} from '../../../../../source/domain/events.ts';
import {
	createSession,
	internet,
	kernelSocket,
	mainThread,
	moment,
	processStart,
} from '../../../../helpers/model/session.ts';

const load = (seconds: number, dropped: number): ModelInput => {
	const at = moment(seconds);
	const loop = {loopDelayP50: 1, loopDelayP99: 1, loopDelayMax: 1};
	const unread = {cpu: null, cpuWait: null, rss: null, fds: null, fdLimit: null};
	return {
		type: 'load',
		...mainThread,
		at,
		load: {at, ...loop, ...unread, ...{sockets: 1, sent: 10, dropped, sitesNotTaken: 0}},
	};
};

test.each<[dropped: number, expected: string[]]>([
	[0, ['connecting-without-socket']],
	[3, []],
])('after %i lost records: an attempt without a kernel socket', (dropped, expected) => {
	const session = createSession();
	session.apply(processStart());
	session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
	session.report(0, 1, 'attempt', {address: internet('10.0.0.9:443'), index: 1, of: 1});
	session.report(0.1, 1, 'handle', {local: internet('10.0.0.5:50000'), inode: 1001});
	session.apply(load(1, dropped));
	const others = kernelSocket('10.0.0.5:1', '10.0.0.9:2', {inode: 999, cookie: 'z'});
	for (const seconds of [2, 3, 4]) session.snapshot(seconds, [others]);
	session.pass(5);
	const raised = [...session.model.diagnoses.list.values()].map(({rule}) => rule);
	expect(raised.filter(rule => rule === 'connecting-without-socket')).toEqual(expected);
});

test.each<[dropped: number, expected: string[]]>([
	[0, ['connect-silent']],
	[3, []],
])('after %i lost records: an attempt closed by the exit of its process', (dropped, expected) => {
	const session = createSession();
	session.apply(processStart());
	session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
	session.report(0, 1, 'attempt', {address: internet('10.0.0.9:443'), index: 1, of: 1});
	session.apply(load(19, dropped));
	session.apply({type: 'process', event: 'exit', ...mainThread, at: moment(20), exitCode: 0, signal: null});
	session.pass(21);
	session.pass(22);
	expect([...session.model.diagnoses.list.values()].map(({rule}) => rule)).toEqual(expected);
});
