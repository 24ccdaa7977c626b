import type {ProcessRow} from '../../../source/domain/row.ts';
import {openedAt} from './row.ts';

/** A watched main thread without a report of its hook yet. */
export const makeThread = (overrides: Partial<ProcessRow> = {}): ProcessRow => ({
	proc: 1,
	pid: 4711,
	thread: 0,
	ppid: 1,
	netns: '4026531840',
	node: 'v20.20.2',
	title: 'node',
	argv: ['node', 'server.js'],
	program: 'server.js',
	wrapper: false,
	state: 'running',
	noHook: null,
	startedAt: openedAt,
	endedAt: null,
	exitCode: null,
	signal: null,
	isEndUnreported: false,
	load: null,
	loopSeenAt: null,
	blocked: [],
	hookedAt: null,
	firstSocketAt: openedAt,
	blockedDropped: 0,
	rows: 0,
	...overrides,
});
