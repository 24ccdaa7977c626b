import type {
	ModelInput,
	Origin,
	ProcessStart,
	SocketOwner,
	SocketRecord,
} from '../../../source/domain/events.ts';
import type {SnapshotKind, SocketKind} from '../../../source/domain/kernel.ts';
import type {Address, KernelSocket, Row, Stage} from '../../../source/domain/row.ts';
import {createModel} from '../../../source/model/index.ts';
import type {Model} from '../../../source/model/model.ts';
import type {Limits} from '../../../source/model/table/limits.ts';
import {makeTcpInfo} from './row.ts';

/** When the sessions made here begin, in ms since the epoch; all times in them are seconds from then. */
export const began = 1_763_800_000_000;
export const moment = (seconds: number): number => began + seconds * 1000;

export const netns = '4026531840';
export const mainThread: Origin = {proc: 1, pid: 4711, thread: 0};

/** "10.0.0.1:80" or "[::1]:80". */
export const internet = (text: string): {address: string; port: number; family: 4 | 6} => {
	const colon = text.lastIndexOf(':');
	const address = text.slice(0, colon).replace(/^\[|\]$/g, '');
	return {address, port: Number(text.slice(colon + 1)), family: address.includes(':') ? 6 : 4};
};

/** A socket of a kernel snapshot: established, idle, with TCP info. */
export const kernelSocket = (
	local: string,
	peer: string | null,
	overrides: Partial<KernelSocket> = {},
): KernelSocket => ({
	state: peer === null ? 'LISTEN' : 'ESTAB',
	local: internet(local),
	peer: peer === null ? null : internet(peer),
	recvQ: 0,
	sendQ: 0,
	inode: null,
	cookie: null,
	uid: 0,
	timer: null,
	device: null,
	v6only: null,
	kind: 'tcp',
	peerInode: null,
	shutdown: peer === null ? null : '<->',
	drops: null,
	info: makeTcpInfo(),
	...overrides,
});

const allKinds: ReadonlySet<SocketKind> = new Set(['tcp', 'mptcp', 'udp', 'unix']);

export const processStart = (overrides: Partial<ProcessStart> = {}): ProcessStart => ({
	type: 'process',
	event: 'start',
	...mainThread,
	at: began,
	ppid: 1,
	netns,
	node: 'v20.20.0',
	title: 'node',
	argv: ['node', '/app/server.js'],
	program: 'server.js',
	wrapper: false,
	...overrides,
});

type RecordOf<Type extends SocketRecord['type']> = Extract<SocketRecord, {type: Type}>;
type FieldsOf<Type extends SocketRecord['type']> = Omit<RecordOf<Type>, 'type' | 'at' | 'id'>;

export type Session = {
	model: Model;
	/** All that was applied so far. */
	inputs: readonly ModelInput[];
	/** Is called with each input that the model has applied. */
	onInput(input: ModelInput): void;
	apply(input: ModelInput): void;
	/** A hook's record about the socket with this serial number. */
	report<Type extends SocketRecord['type']>(
		seconds: number,
		serial: number,
		type: Type,
		fields: FieldsOf<Type>,
		from?: Origin,
	): void;
	/** A kernel snapshot. */
	snapshot(
		seconds: number,
		sockets: readonly KernelSocket[],
		more?: {
			netns?: string;
			owners?: ReadonlyMap<number, SocketOwner>;
			kind?: SnapshotKind;
			kinds?: readonly SocketKind[];
			/** Until its last part came; 5 where not given. */
			tookMs?: number;
		},
	): void;
	/** Time passes. */
	pass(seconds: number): void;
	resync(seconds: number, event: 'begin' | 'end', from?: Origin): void;
	/** @throws where there is no such row */
	row(id: string): Row;
	stages(): Record<string, Stage>;
	/** The names of a row's steps. */
	steps(id: string): string[];
};

/** A session with one process (proc 1), whose hook has reported its `hello`. */
export const createSession = (limits: Partial<Limits> = {}): Session => {
	const model = createModel(limits);
	const inputs: ModelInput[] = [];
	const apply = (input: ModelInput): void => {
		inputs.push(input);
		model.apply(input);
		session.onInput(input);
	};
	const row = (id: string): Row => {
		const found = model.rows.get(id);
		if (found === undefined) throw new Error(`no row ${id}; there are: ${[...model.rows.keys()].join(' ')}`);
		return found;
	};
	const session: Session = {
		model,
		inputs,
		onInput() {},
		apply,
		report(seconds, serial, type, fields, from = mainThread) {
			const at = moment(seconds);
			// The fields are those of the type: a generic type cannot be put together without saying so.
			const record = {type, at, id: serial, ...fields} as unknown as SocketRecord;
			apply({type: 'hook', ...from, at, record});
		},
		snapshot(seconds, sockets, more = {}) {
			const at = moment(seconds);
			const {owners = new Map(), kind = 'table'} = more;
			const of = {netns: more.netns ?? netns, kind, at};
			// Large snapshots come in parts.
			const half = Math.ceil(sockets.length / 2);
			for (const part of [sockets.slice(0, half), sockets.slice(half)]) {
				apply({type: 'kernel', at, part: {...of, sockets: part}, owners});
			}
			apply({
				type: 'kernel-end',
				at,
				end: {
					...of,
					tookMs: more.tookMs ?? 5,
					socketCount: sockets.length,
					notUnderstood: {count: 0, samples: []},
					socketKinds: more.kinds === undefined ? allKinds : new Set(more.kinds),
				},
				owners,
			});
		},
		pass: seconds => apply({type: 'clock', at: moment(seconds)}),
		resync: (seconds, event, from = mainThread) =>
			apply({type: 'resync', ...from, at: moment(seconds), event}),
		row,
		stages: () => Object.fromEntries([...model.rows.values()].map(({id, stage}) => [id, stage])),
		steps: id => row(id).steps.map(({step}) => step),
	};
	apply({type: 'session', at: began, command: ['node', 'server.js'], pid: mainThread.pid, netns});
	apply(processStart());
	return session;
};

/** A client that has connected from `local` to `peer`, and whose handle has this inode. */
export const connectedClient = (
	session: Session,
	serial: number,
	{
		at = 0,
		local = '10.0.0.5:50000',
		peer = '10.0.0.9:443',
		inode = 1000 + serial,
		from = mainThread,
	}: {at?: number; local?: string; peer?: string; inode?: number | null; from?: Origin} = {},
): void => {
	const [near, far]: Address[] = [internet(local), internet(peer)];
	if (near === undefined || far === undefined) return;
	session.report(at, serial, 'create', {kind: 'tcp', role: 'client'}, from);
	session.report(at, serial, 'attempt', {address: far, index: 1, of: 1}, from);
	session.report(at, serial, 'connect', {local: near, peer: far, inode}, from);
};

export const listening = (
	session: Session,
	serial: number,
	{at = 0, local = '0.0.0.0:3000', inode = 500 + serial, from = mainThread} = {},
): void => session.report(at, serial, 'listen', {local: internet(local), inode, backlog: 511}, from);

export const accepted = (
	session: Session,
	serial: number,
	{
		at = 0,
		local = '10.0.0.5:3000',
		peer = '10.0.0.9:40000',
		inode = 1000 + serial,
		listener = null,
		from = mainThread,
	}: {
		at?: number;
		local?: string;
		peer?: string;
		inode?: number | null;
		listener?: number | null;
		from?: Origin;
	} = {},
): void => {
	session.report(at, serial, 'create', {kind: 'tcp', role: 'server'}, from);
	session.report(at, serial, 'accept', {local: internet(local), peer: internet(peer), inode, listener}, from);
};

export const quietSample: FieldsOf<'sample'> = {
	bytesRead: 0,
	bytesWritten: 0,
	writableLength: 0,
	writableHighWaterMark: 16_384,
	readableLength: 0,
	writeQueueSize: 0,
	timeoutMs: 0,
	errorListeners: 1,
	flags: 4 | 16 | 32 | 64,
};
export const closed: FieldsOf<'close'> = {
	hadError: false,
	bytesRead: 10,
	bytesWritten: 20,
	reason: 'local-destroy',
};
