/**
 * The inputs of the model. The same inputs in the same order give the same rows.
 * Every `at` is in milliseconds since the epoch.
 */
import type {WireRecord} from '../wire/records.ts';
import type {InterfacesSnapshot, ResolverView, SnapshotEnd, SnapshotPart} from './kernel.ts';
import type {NoHookReason} from './process.ts';
import type {RouteInputs, RouteQuery} from './route.ts';
import type {KernelCounters, LoadView, Notice, RouteView} from './row.ts';

export {sampleFlags} from '../wire/field-types.ts';

/**
 * A record of one socket or listener as its hook sent it; a `shortConnection` record is already
 * expanded.
 */
export type SocketRecord = Exclude<Extract<WireRecord, {id: number}>, {type: 'shortConnection'}>;

/** Record types that may be a socket's first. */
export const openingRecords: ReadonlySet<SocketRecord['type']> = new Set([
	'site',
	'create',
	'alive',
	'listen',
	'bindError',
]);

/**
 * The process and thread that a record came from. `proc` is the process's number in this session, never
 * reused.
 */
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
	/** The executable and the working directory; only with event 'unhooked', null where unreadable. */
	exe?: string | null;
	cwd?: string | null;
	program: string;
	wrapper: boolean;
	/** Only with event 'unhooked'. */
	noHook?: NoHookReason;
};

export type ProcessEnd = Origin & {
	type: 'process';
	event: 'exit' | 'lost';
	at: number;
	exitCode: number | null;
	signal: string | null;
	/** Its hook gave no last report, as after SIGKILL: what it dropped since the report before is not known. */
	isUnreported?: true;
};

/** A process that holds a socket without a row of its hook, found by the socket's inode. */
export type SocketOwner = {
	/** null for a process that is no descendant of the command. */
	proc: number | null;
	pid: number;
	program: string;
	/** The process has a hook: native code holds the socket, no object of Node's. */
	native?: true;
};

/** The processes that hold sockets, by the socket's inode. */
export type Owners = ReadonlyMap<number, SocketOwner>;

/** A record of a socket with its time. */
export type TimedRecord = {at: number; record: SocketRecord};

export type RouteAnswer = RouteQuery & {route: RouteView};

export type ModelInput =
	/** `netns` is netwatch's own network namespace; null where it is not known. */
	| {type: 'session'; at: number; command: readonly string[]; pid: number | null; netns: string | null}
	| {type: 'ended'; at: number; exitCode: number | null; signal: string | null}
	| ProcessStart
	| ProcessEnd
	| (Origin & {type: 'hook'; at: number; record: SocketRecord})
	/** All records of a connection that was over before its hook had reported it, in the order of their times. */
	| (Origin & {type: 'short-connection'; at: number; records: readonly TimedRecord[]})
	/** A resync after lost records: live sockets are named between begin and end. */
	| (Origin & {type: 'resync'; at: number; event: 'begin' | 'end'})
	| (Origin & {type: 'load'; at: number; load: LoadView})
	/** Holds for all threads of the process. */
	| {type: 'resolver'; at: number; proc: number; resolver: ResolverView}
	/** An event loop delay: a timer of the hook fired `ms` late, at `at`. */
	| (Origin & {type: 'blocked'; at: number; ms: number})
	/** What the thread pool had to do, while a lookup was long under way. */
	| (Origin & {type: 'pool'; at: number; lookups: number; files: number})
	/** How many threads of the process beside its main one were computing, at that time. */
	| {type: 'computing'; at: number; proc: number; threads: number}
	/** Sockets of a snapshot; `owners` are the processes without a hook, by inode. */
	| {type: 'kernel'; at: number; part: SnapshotPart; owners: Owners}
	| {type: 'kernel-end'; at: number; end: SnapshotEnd; owners: Owners}
	| {type: 'counters'; at: number; netns: string; counters: KernelCounters}
	| ({type: 'interfaces'} & InterfacesSnapshot)
	/** No process of the command is left in this namespace; polling of it has stopped. */
	| {type: 'unwatched'; at: number; netns: string}
	/** Switches whether sockets of unwatched processes are rows too. */
	| {type: 'all'; at: number; on: boolean}
	/** Removes closed rows, by id; open ones stay. */
	| {type: 'forget'; at: number; ids: readonly string[]}
	| {type: 'routes'; at: number; netns: string; answers: readonly RouteAnswer[]}
	/** What decides about the namespace's routes beside their destinations. */
	| {type: 'route-inputs'; at: number; netns: string; inputs: RouteInputs}
	/** Frames that a hook wrote and that did not arrive complete: at least one record each. */
	| {type: 'lost'; at: number; frames: number}
	| ({type: 'notice'} & Notice)
	/** Findings of a rule are ignored, or raised again. */
	| {type: 'ignore'; at: number; rule: string; on: boolean}
	/** A clock tick: expires closed rows and evaluates the rules. */
	| {type: 'clock'; at: number};
