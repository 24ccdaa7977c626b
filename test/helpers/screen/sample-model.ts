/** A model as the owner would hand it to the screen: rows of every kind, without sockets or processes behind them. */
import type {DiagnosesView} from '../../../source/domain/diagnosis/diagnosis.ts';
import type {StepName} from '../../../source/domain/operation.ts';
import type {LoadView, Notice, ProcessRow, Row, Step} from '../../../source/domain/row.ts';
import {noHistory} from '../../../source/domain/view/history.ts';
import type {ModelView} from '../../../source/domain/view/model-view.ts';
import type {OutputLine, OutputView} from '../../../source/text/output-line.ts';
import {makeKernelView, makeProcessView, makeRow, makeTcpInfo, noCounters, openedAt} from '../model/row.ts';
import {makeThread} from '../model/thread-row.ts';

/** The model's present in the samples: most rows were opened a while ago. */
export const sampleNow = openedAt + 63_000;

/** A ModelView whose parts a test may change. */
export type SampleModel = {-readonly [Key in keyof ModelView]: ModelView[Key]} & {rows: Map<string, Row>};

/** Nothing is found. */
export const noDiagnoses: DiagnosesView = {
	version: 0,
	list: new Map(),
	counts: new Map(),
	ignored: new Set(),
	dropped: 0,
};

export const makeModel = (rows: readonly Row[] = [], overrides: Partial<ModelView> = {}): SampleModel => ({
	version: 1,
	now: sampleNow,
	session: {command: ['node', 'server.js'], pid: 4712, netns: null, startedAt: openedAt, ended: null},
	history: noHistory,
	processes: [],
	kernel: new Map(),
	interfaces: new Map(),
	showsAll: false,
	replacementOf: () => null,
	notices: [],
	diagnoses: noDiagnoses,
	dropped: 0,
	...overrides,
	rows: new Map(rows.map(row => [row.id, row])),
});

export const makeOutput = (
	texts: readonly (string | OutputLine)[] = [],
): {-readonly [Key in keyof OutputView]: OutputView[Key]} => ({
	version: 1,
	lines: texts.map(line => (typeof line === 'string' ? {stream: 'stdout', text: line, at: sampleNow} : line)),
	dropped: 0,
});

export const makeNotice = (message: string, overrides: Partial<Notice> = {}): Notice => ({
	at: sampleNow,
	level: 'warn',
	source: 'hook',
	message,
	...overrides,
});

export const makeLoad = (overrides: Partial<LoadView> = {}): LoadView => ({
	at: sampleNow,
	loopDelayP50: 0.4,
	loopDelayP99: 12.3,
	loopDelayMax: 40,
	cpu: 0.07,
	cpuWait: 0.01,
	rss: 61 * 2 ** 20,
	fds: 23,
	fdLimit: 1024,
	sockets: 4,
	sent: 1000,
	dropped: 0,
	sitesNotTaken: 0,
	...overrides,
});

export const makeProcess = (overrides: Partial<ProcessRow> = {}): ProcessRow =>
	makeThread({pid: 4712, load: makeLoad(), loopSeenAt: sampleNow - 400, rows: 7, ...overrides});

export const address = (text: string, port: number): {address: string; port: number; family: 4 | 6} => ({
	address: text,
	port,
	family: text.includes(':') ? 6 : 4,
});

const route = {
	dst: '10.0.0.9',
	from: null,
	dev: 'eth0',
	src: '10.0.0.5',
	gateway: '10.0.0.1',
	table: 'main',
	mtu: null,
	error: null,
};
const loopback = {
	dst: '127.0.0.1',
	from: null,
	dev: 'lo',
	src: '127.0.0.1',
	gateway: null,
	table: 'local',
	mtu: null,
	error: null,
};

const step = (afterMs: number, name: StepName, fields: Record<string, unknown> = {}): Step => ({
	at: openedAt + afterMs,
	step: name,
	fields,
});

const uploadSteps: Step[] = [
	step(0, 'create', {kind: 'tls', role: 'client', site: 'server.js:41:12'}),
	step(0.2, 'lookup-start', {host: 'api.internal'}),
	step(4.7, 'lookup', {host: 'api.internal', candidates: ['fd00::9', '10.0.0.9'], ms: 4.5}),
	step(4.8, 'attempt', {address: address('fd00::9', 443), index: 1, of: 2}),
	step(255.1, 'attempt-timeout', {address: address('fd00::9', 443), index: 1}),
	step(255.2, 'attempt', {address: address('10.0.0.9', 443), index: 2, of: 2}),
	step(256.9, 'connect', {local: address('10.0.0.5', 52744), peer: address('10.0.0.9', 443), ms: 1.7}),
	step(261.3, 'secure', {
		protocol: 'TLSv1.3',
		alpn: 'http/1.1',
		servername: 'api.internal',
		authorized: true,
	}),
	step(261.9, 'request', {method: 'POST', path: '/upload', direction: 'out'}),
	step(262, 'first-out', {bytes: 65_536}),
	step(263.4, 'full', {buffered: 149_504}),
];

/** One row of each kind, as a busy little server has them. */
export const sampleRows = (): Row[] => [
	makeRow({
		id: '1.0.1',
		pid: 4712,
		role: 'listener',
		stage: 'listening',
		stageSince: openedAt,
		local: address('::', 3000),
		process: makeProcessView(),
		kernel: makeKernelView({state: 'LISTEN', recvQ: 2, sendQ: 511}),
		joinedBy: 'inode',
	}),
	makeRow({
		id: '1.0.2',
		pid: 4712,
		role: 'client',
		kind: 'tls',
		stage: 'draining',
		stageSince: sampleNow - 12_400,
		host: 'api.internal',
		local: address('10.0.0.5', 52_744),
		peer: address('10.0.0.9', 443),
		label: 'POST /upload',
		openedAt,
		process: makeProcessView({
			bytesRead: 1_230,
			bytesWritten: 38_000_000,
			writableLength: 149_504,
			writeQueueSize: 65_536,
			needDrain: true,
			seenAt: sampleNow - 400,
		}),
		kernel: makeKernelView({
			local: address('10.0.0.5', 52_744),
			peer: address('10.0.0.9', 443),
			sendQ: 146_988,
			info: makeTcpInfo({rttMs: 1.7, retransTotal: 3, peerWindow: 0}),
			timer: {name: 'persist', ms: 2200, count: 0},
			seenAt: sampleNow - 900,
		}),
		route,
		joinedBy: 'inode',
		inBps: 0,
		outBps: 37_000,
		steps: uploadSteps,
	}),
	makeRow({
		id: '1.0.3',
		pid: 4712,
		role: 'server',
		stage: 'open',
		stageSince: sampleNow - 2_100,
		openedAt: sampleNow - 2_200,
		local: address('127.0.0.1', 3000),
		peer: address('127.0.0.1', 41_822),
		label: 'GET /slow',
		process: makeProcessView({bytesRead: 79, bytesWritten: 0, seenAt: sampleNow - 200}),
		kernel: makeKernelView({seenAt: sampleNow - 900}),
		route: loopback,
		joinedBy: 'inode',
		inBps: 12,
		outBps: 0,
	}),
	makeRow({
		id: '1.0.4',
		pid: 4712,
		role: 'client',
		stage: 'paused',
		stageSince: sampleNow - 41_000,
		openedAt: sampleNow - 47_000,
		host: 'a-rather-long-name.eu-central-1.service.internal',
		local: address('10.0.0.5', 52_750),
		peer: address('10.12.200.117', 8443),
		process: makeProcessView({bytesRead: 4_194_304, bytesWritten: 512, readableLength: 65_536, paused: true}),
		kernel: makeKernelView({recvQ: 2_500_000}),
		route,
		joinedBy: 'inode',
		inBps: 0,
		outBps: 0,
	}),
	makeRow({
		id: '1.0.5',
		pid: 4712,
		role: 'client',
		stage: 'connect',
		stageSince: sampleNow - 1_300,
		openedAt: sampleNow - 1_600,
		host: 'db.internal',
		attempt: {n: 2, of: 3},
		peer: address('fd00::17', 5432),
		process: makeProcessView({bytesRead: null, bytesWritten: null, readyState: 'opening', pending: true}),
		route: {
			...route,
			dst: 'fd00::17',
			from: null,
			dev: null,
			src: null,
			gateway: null,
			table: null,
			error: 'Network is unreachable',
		},
	}),
	makeRow({
		id: '1.0.6',
		pid: 4712,
		role: 'client',
		stage: 'failed',
		stageSince: sampleNow - 4_000,
		openedAt: sampleNow - 4_001,
		closedAt: sampleNow - 4_000,
		peer: address('127.0.0.1', 9),
		error: {
			operation: 'connect',
			phase: 'connect',
			code: 'ECONNREFUSED',
			message: 'connect ECONNREFUSED 127.0.0.1:9',
		},
		process: makeProcessView({bytesRead: 0, bytesWritten: 0, readyState: 'closed'}),
		route: loopback,
	}),
	makeRow({
		id: '1.0.7',
		pid: 4712,
		role: 'server',
		stage: 'closed',
		stageSince: sampleNow - 6_000,
		openedAt: sampleNow - 6_050,
		closedAt: sampleNow - 6_000,
		local: address('127.0.0.1', 3000),
		peer: address('127.0.0.1', 41_818),
		label: 'GET /',
		process: makeProcessView({bytesRead: 78, bytesWritten: 1_310, readyState: 'closed'}),
	}),
	makeRow({
		id: 'k.4026531840.2c',
		proc: null,
		pid: null,
		program: '',
		role: 'server',
		stage: 'queued',
		stageSince: sampleNow - 700,
		openedAt: sampleNow - 700,
		local: address('127.0.0.1', 3000),
		peer: address('127.0.0.1', 41_830),
		kernel: makeKernelView({recvQ: 78, inode: null}),
		route: loopback,
	}),
	makeRow({
		id: '1.0.8',
		pid: 4712,
		role: 'client',
		stage: 'lookup',
		stageSince: sampleNow - 300,
		openedAt: sampleNow - 300,
		host: 'no-such-host.example',
		process: makeProcessView({bytesRead: null, bytesWritten: null, readyState: 'opening'}),
	}),
	makeRow({
		id: '1.0.9',
		pid: 4712,
		kind: 'unix',
		role: 'client',
		stage: 'open',
		openedAt: sampleNow - 60_000,
		stageSince: sampleNow - 60_000,
		peer: {path: '/run/postgresql/.s.PGSQL.5432'},
		process: makeProcessView({bytesRead: 52_000, bytesWritten: 8_200}),
		inBps: 1200,
		outBps: 310,
	}),
	makeRow({
		id: '1.0.10',
		pid: 4712,
		role: 'server',
		stage: 'peer-ended',
		openedAt: sampleNow - 400_000,
		stageSince: sampleNow - 380_000,
		local: address('::ffff:10.0.0.5', 3000),
		peer: address('::ffff:10.0.0.77', 60_001),
		process: makeProcessView({bytesRead: 90, bytesWritten: 1200}),
		kernel: makeKernelView({state: 'CLOSE-WAIT', recvQ: 1}),
		route: {...route, dst: '10.0.0.77', from: null, gateway: null},
		joinedBy: 'inode',
		inBps: 0,
		outBps: 0,
	}),
];

/** A server started by npm, with all rows of `sampleRows`. */
export const sampleModel = (): SampleModel =>
	makeModel(sampleRows(), {
		session: {command: ['npm', 'run', 'start'], pid: 4700, netns: null, startedAt: openedAt, ended: null},
		processes: [
			makeProcess({
				proc: 1,
				pid: 4700,
				program: 'npm run start',
				wrapper: true,
				rows: 0,
				load: makeLoad({loopDelayP99: 1.1}),
			}),
			makeProcess({proc: 2}),
			makeProcess({
				proc: 3,
				pid: 4730,
				program: 'convert',
				state: 'unhooked',
				noHook: 'not-node',
				node: null,
				load: null,
				loopSeenAt: null,
				rows: 0,
			}),
		],
		kernel: new Map([
			[
				'4026531840',
				{
					netns: '4026531840',
					at: sampleNow - 900,
					tookMs: 7,
					sockets: 812,
					notUnderstood: 0,
					counters: {
						...noCounters,
						listenOverflows: 0,
						listenDrops: 0,
						retransSegs: 3,
						timeWait: 12,
						ephemeralLow: 32_768,
						ephemeralHigh: 60_999,
					},
					rates: null,
					ephemeral: null,
				},
			],
		]),
	});

export const sampleOutput = (): ReturnType<typeof makeOutput> =>
	makeOutput([
		'> start',
		'> node server.js',
		'',
		'listening on \x1b[32mhttp://[::]:3000\x1b[39m',
		{stream: 'stderr', text: '(node:4712) Warning: something is deprecated', at: sampleNow},
		'GET / 200 3 ms',
		'evil \x1b]0;title\x07\x1b[2J\u202etxt.exe',
	]);
