import type {KernelQuery, KernelSocket, KernelState, SnapshotKind, SocketKind} from '../../domain/kernel.ts';
import {singleLine} from '../../text/single-line.ts';
import type {KernelEvents} from '../poll/events.ts';
import type {PollResult, SnapshotSource} from '../poll/snapshot-source.ts';
import {buildPortCommand, type ShellCommand, type TableCommand} from './commands.ts';
import {hasMptcp, type SsVersion} from './parse/version.ts';
import type {Ss} from './ss.ts';
import {addStateColumn} from './state-column.ts';
import {streamSnapshot} from './stream-snapshot.ts';
import {createTableParser, type TableParser} from './table-parser.ts';

export type SsSnapshotsIo = {
	ss: Ss;
	kernelQuery: () => KernelQuery;
	/** Resolves to true if there are MPTCP sockets: each of them has TCP sockets as well. */
	isMptcpInUse: () => Promise<boolean>;
	/** Current time in ms since the epoch, with fractions. */
	now: () => number;
	events: Pick<KernelEvents, 'onSnapshotPart' | 'onSnapshotEnd'>;
	/** Called for a kind of sockets that this ss does not show, while it shows others. */
	onKindUnavailable: (reason: string) => void;
	isStopped: () => boolean;
};

/** Above this many sockets the table goes without TCP info, until they are fewer than the lower number. */
const tcpInfoMaxSockets = 2000;
const tcpInfoResumeBelow = 1500;
/** Most lines of TCP info, and of sockets in TIME-WAIT. */
const maxInfoLines = 50_000;
const maxTimeWaitLines = 5000;
const skippedPoll: PollResult = {ok: true, busyMs: 0};

/**
 * Takes snapshots of the sockets of one network namespace with ss.
 *
 * A snapshot that is cut short, by its own limit or by a failure, has no end event: a socket that is not in
 * it does not count as missing.
 *
 * @param netns the namespace's number, for the events
 */
export const createSsSnapshots = (netns: string, io: SsSnapshotsIo): Omit<SnapshotSource, 'counters'> => {
	const {ss, kernelQuery, isMptcpInUse, now, events, onKindUnavailable, isStopped} = io;
	let withTcpInfo = true;
	let peerWindowReported = false;
	let procReported = false;

	/** Emits one answer of ss; null once the source is stopped. */
	const streamAnswer = async (
		snapshot: SnapshotKind,
		at: number,
		command: ShellCommand,
		{kind = 'tcp', state = null}: {kind?: SocketKind; state?: KernelState | null} = {},
	) => {
		const ssVersion = await ss.version();
		if (!ssVersion.ok) return ssVersion;
		const answer = await ss.run(command);
		if (!answer.ok) return answer;
		const {version, layout} = ssVersion;
		const output = state === null ? answer.stdout : addStateColumn(answer.stdout, state);
		const parser = createTableParser(output, {version, multiline: layout !== 'HO', peerWindowReported, kind});
		const onPart = (sockets: readonly KernelSocket[]) => {
			if (!procReported && kind === 'tcp' && sockets.some(isListenerWithoutLimit)) {
				procReported = true;
				onKindUnavailable(procMessage);
			}

			events.onSnapshotPart({netns, kind: snapshot, at, sockets});
		};
		const busyMs = await streamSnapshot(parser, onPart, isStopped);
		if (busyMs === null) return null;
		if (parser.sockets === 0 && parser.notUnderstood.count > 0) return unparseableFailure(parser);
		peerWindowReported ||= kind === 'tcp' && parser.peerWindowReported;
		return {ok: true as const, busyMs: answer.tookMs + busyMs, parser};
	};

	const reportEnd = (
		snapshot: SnapshotKind,
		at: number,
		parsers: readonly TableParser[],
		kinds: readonly SocketKind[],
	) => {
		const samples = parsers.flatMap(({notUnderstood}) => notUnderstood.samples);
		events.onSnapshotEnd({
			netns,
			kind: snapshot,
			at,
			tookMs: now() - at,
			socketKinds: new Set(kinds),
			socketCount: parsers.reduce((sum, {sockets}) => sum + sockets, 0),
			notUnderstood: {
				count: parsers.reduce((sum, {notUnderstood}) => sum + notUnderstood.count, 0),
				samples: samples.slice(0, 5),
			},
		});
	};

	const otherKinds = async (
		version: SsVersion | null,
	): Promise<(readonly [SocketKind, 'M' | 'u' | 'x'])[]> => {
		const {udp, unix, all} = kernelQuery();
		return [
			...(hasMptcp(version) && (await isMptcpInUse()) ? [['mptcp', 'M'] as const] : []),
			...(udp || all ? [['udp', 'u'] as const] : []),
			...(unix || all ? [['unix', 'x'] as const] : []),
		];
	};

	const pollTable = async (): Promise<PollResult> => {
		const ssVersion = await ss.version();
		if (!ssVersion.ok) return ssVersion;
		const {version, layout} = ssVersion;
		const at = now();
		const command: TableCommand = `ss -${layout}tane${withTcpInfo ? 'im' : ''} exclude time-wait`;
		const tcp = await streamAnswer('table', at, command);
		if (tcp === null || !tcp.ok) return tcp ?? skippedPoll;
		withTcpInfo = tcp.parser.sockets < (withTcpInfo ? tcpInfoMaxSockets : tcpInfoResumeBelow);
		const parsers = [tcp.parser];
		const kinds: SocketKind[] = ['tcp'];
		let {busyMs} = tcp;
		for (const [kind, letter] of await otherKinds(version)) {
			const other = await streamAnswer('table', at, `ss -${layout}${letter}ane${letter === 'u' ? 'm' : ''}`, {
				kind,
			});
			if (other === null) return skippedPoll;
			if (!other.ok) {
				if (other.permanent) return other;
				onKindUnavailable(`${kind} sockets are not in the kernel view: ${other.reason}`);
				continue;
			}
			parsers.push(other.parser);
			kinds.push(kind);
			busyMs += other.busyMs;
		}
		reportEnd('table', at, parsers, kinds);
		return {ok: true, busyMs};
	};

	const pollListeners = async (): Promise<PollResult> => {
		const ssVersion = await ss.version();
		if (!ssVersion.ok) return ssVersion;
		const at = now();
		const result = await streamAnswer('listeners', at, `ss -${ssVersion.layout}tnem state listening`, {
			state: 'LISTEN',
		});
		if (result === null || !result.ok) return result ?? skippedPoll;
		reportEnd('listeners', at, [result.parser], ['tcp']);
		return result;
	};

	/** Takes a snapshot of the sockets on certain ports. */
	const pollByPorts = async (
		snapshot: 'info' | 'time-wait',
		ports: KernelQuery['infoPorts'],
		maxLines: number,
	): Promise<PollResult> => {
		if (ports === null) return skippedPoll;
		const ssVersion = await ss.version();
		if (!ssVersion.ok) return ssVersion;
		const query = snapshot === 'info' ? 'taneim exclude time-wait' : 'tane state time-wait';
		const command = buildPortCommand(query, ports, ssVersion.layout, maxLines);
		if (command === null) return skippedPoll;
		const at = now();
		const result = await streamAnswer(snapshot, at, command, {
			state: snapshot === 'info' ? null : 'TIME-WAIT',
		});
		if (result === null || !result.ok) return result ?? skippedPoll;
		if (result.parser.sockets < maxLines) reportEnd(snapshot, at, [result.parser], ['tcp']);
		return result;
	};

	return {
		table: pollTable,
		listeners: pollListeners,
		info: async () =>
			withTcpInfo ? skippedPoll : pollByPorts('info', kernelQuery().infoPorts, maxInfoLines),
		timeWait: () => pollByPorts('time-wait', kernelQuery().timeWaitPorts, maxTimeWaitLines),
	};
};

/** No line was parsed as a socket: this ss has an unsupported format. */
const unparseableFailure = ({notUnderstood}: TableParser) => ({
	ok: false as const,
	reason: `nothing that it prints is understood, e.g. ${singleLine(notUnderstood.samples[0] ?? '', 80)}`,
	permanent: false,
	missingTool: null,
});

/** So ss shows a listener that it read from /proc/net/tcp; the kernel's own answer has the limit. */
const isListenerWithoutLimit = ({state, sendQ}: KernelSocket): boolean =>
	state === 'LISTEN' && sendQ === null;

const procMessage =
	'ss reads /proc here (the kernel has no tcp_diag): limits of accept queues, cookies and TCP info are not known';
