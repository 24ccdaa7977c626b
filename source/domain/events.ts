/**
 * Everything that can change the model. The same inputs in the same order give the same rows.
 * Every `at` is in milliseconds since the epoch.
 */
import type {WireRecord} from '../wire/records.ts';
import type {InterfacesSnapshot, ResolverView, SnapshotEnd, SnapshotPart} from './kernel.ts';
import type {NoHookReason} from './process.ts';
import type {RouteQuery} from './route.ts';
import type {KernelCounters, LoadView, Notice, RouteView} from './row.ts';

export {sampleFlags} from '../wire/records.ts';

/** A record of one socket or listener, as its hook sent it; a `brief` one has become the records it stands for. */
export type SocketRecord = Exclude<Extract<WireRecord, {id: number}>, {type: 'brief'}>;

/** The first record of a socket may be each of these. */
export const openingRecords: ReadonlySet<SocketRecord['type']> = new Set([
	'site',
	'create',
	'alive',
	'listen',
	'bindError',
]);

/** The process and thread that a record came from. `proc` is its number in this session and never comes back. */
export type Origin = {proc: number; pid: number; thread: number};

export type ProcessStart = Origin & {
	type: 'process';
	event: 'start' | 'unhooked';
	at: number;
	ppid: number | null;
	netns: string | null;
	node: string | null;
	title: string;
	argv: readonly string[];
	program: string;
	wrapper: boolean;
	/** Of event 'unhooked'. */
	noHook?: NoHookReason;
};

export type ProcessEnd = Origin & {
	type: 'process';
	event: 'exit' | 'lost';
	at: number;
	exitCode: number | null;
	signal: string | null;
};

/** A process without hook that holds a socket, found by the socket's inode. */
export type SocketOwner = {
	/** null for one that is not below the command. */
	proc: number | null;
	pid: number;
	program: string;
};

export type RouteAnswer = RouteQuery & {route: RouteView};

export type ModelInput =
	/** `netns` is netwatch's own network namespace; null where it is not known. */
	| {type: 'session'; at: number; command: readonly string[]; pid: number | null; netns: string | null}
	| {type: 'ended'; at: number; exitCode: number | null; signal: string | null}
	| ProcessStart
	| ProcessEnd
	| (Origin & {type: 'hook'; at: number; record: SocketRecord})
	/** After lost records: the sockets that live are named between these two. */
	| (Origin & {type: 'resync'; at: number; event: 'begin' | 'end'})
	| (Origin & {type: 'load'; at: number; load: LoadView})
	/** Of all threads of a process. */
	| {type: 'resolver'; at: number; proc: number; resolver: ResolverView}
	/** Its event loop did not run: a timer of the hook came `ms` late, at `at`. */
	| (Origin & {type: 'blocked'; at: number; ms: number})
	/** Sockets of a look; `owners` are those that no hook tells of, by inode. */
	| {type: 'kernel'; at: number; part: SnapshotPart; owners: ReadonlyMap<number, SocketOwner>}
	| {type: 'kernel-end'; at: number; end: SnapshotEnd; owners: ReadonlyMap<number, SocketOwner>}
	| {type: 'counters'; at: number; netns: string; counters: KernelCounters}
	| ({type: 'interfaces'} & InterfacesSnapshot)
	/** Nobody of the command is in this namespace any more, and it is looked at no longer. */
	| {type: 'unwatched'; at: number; netns: string}
	/** Whether sockets that belong to no watched process are rows too. */
	| {type: 'all'; at: number; on: boolean}
	/** Closed rows that nobody wants to see any longer, by id; one that lives stays. */
	| {type: 'forget'; at: number; ids: readonly string[]}
	| {type: 'routes'; at: number; netns: string; answers: readonly RouteAnswer[]}
	/** Frames that a hook wrote and that did not arrive whole: at least one record each. */
	| {type: 'lost'; at: number; frames: number}
	| ({type: 'notice'} & Notice)
	/** Findings of a rule are told no longer, or again. */
	| {type: 'ignore'; at: number; rule: string; on: boolean}
	/** Time passes: closed rows age out, and the rules are held against what is there. */
	| {type: 'clock'; at: number};
