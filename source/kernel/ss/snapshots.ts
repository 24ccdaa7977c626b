import type {KernelSocket, KernelState, KernelWanted, LookKind, SocketKind} from '../../domain/kernel.ts';
import {oneLine} from '../../text/single-line.ts';
import type {KernelEvents} from '../poll/events.ts';
import type {LookAnswer, LookSource} from '../poll/snapshot-source.ts';
import {commandWithPorts, type ShellCommand, type TableCommand} from './commands.ts';
import {hasMptcp, type SsVersion} from './parse/version.ts';
import type {Ss} from './ss.ts';
import {withState} from './state-column.ts';
import {handOn} from './stream-snapshot.ts';
import {createTableParser, type TableParser} from './table-parser.ts';

export type TableIo = {
	ss: Ss;
	wanted: () => KernelWanted;
	/** Whether there are MPTCP sockets: each of them has TCP sockets as well. */
	mptcpInUse: () => Promise<boolean>;
	/** Milliseconds since the epoch, with fractions. */
	now: () => number;
	events: Pick<KernelEvents, 'onPart' | 'onLookEnd'>;
	/** Said of a kind of sockets that ss does not tell, while it tells others. */
	onTrouble: (reason: string) => void;
	isOver: () => boolean;
};

/** Above this many sockets a look does without TCP info, until they are fewer than the lower number. */
const detailUpTo = 2000;
const detailAgainBelow = 1500;
/** Most lines of TCP info, and of sockets in TIME-WAIT. */
const infoLines = 50_000;
const timeWaitLines = 5000;
const nothing: LookAnswer = {ok: true, busyMs: 0};

/**
 * Looks at the sockets of one network namespace with ss.
 *
 * A look that is cut short, by its own limit or by a failure, has no end: who is not in it was not missed.
 *
 * @param netns The namespace's number, for what is handed on.
 */
export const createTable = (netns: string, io: TableIo): Omit<LookSource, 'counters'> => {
	const {ss, wanted, mptcpInUse, now, events, onTrouble, isOver} = io;
	let detailed = true;
	let windowsShown = false;

	/** One answer of ss, handed on; null where nobody wants to know any more. */
	const read = async (
		look: LookKind,
		at: number,
		command: ShellCommand,
		{kind = 'tcp', state = null}: {kind?: SocketKind; state?: KernelState | null} = {},
	) => {
		const known = await ss.version();
		if (!known.ok) return known;
		const answer = await ss.run(command);
		if (!answer.ok) return answer;
		const {version, layout} = known;
		const output = state === null ? answer.stdout : withState(answer.stdout, state);
		const parser = createTableParser(output, {version, multiline: layout !== 'HO', windowsShown, kind});
		const onPart = (sockets: readonly KernelSocket[]) => events.onPart({netns, look, at, sockets});
		const busyMs = await handOn(parser, onPart, isOver);
		if (busyMs === null) return null;
		if (parser.sockets === 0 && parser.notUnderstood.count > 0) return unintelligible(parser);
		windowsShown ||= kind === 'tcp' && parser.windowsShown;
		return {ok: true as const, busyMs: answer.tookMs + busyMs, parser};
	};

	const end = (look: LookKind, at: number, parsers: readonly TableParser[], kinds: readonly SocketKind[]) => {
		const samples = parsers.flatMap(({notUnderstood}) => notUnderstood.samples);
		events.onLookEnd({
			...{netns, look, at, tookMs: now() - at, kinds: new Set(kinds)},
			sockets: parsers.reduce((sum, {sockets}) => sum + sockets, 0),
			notUnderstood: {
				count: parsers.reduce((sum, {notUnderstood}) => sum + notUnderstood.count, 0),
				samples: samples.slice(0, 5),
			},
		});
	};

	const otherKinds = async (
		version: SsVersion | null,
	): Promise<(readonly [SocketKind, 'M' | 'u' | 'x'])[]> => {
		const {udp, unix, all} = wanted();
		return [
			...(hasMptcp(version) && (await mptcpInUse()) ? [['mptcp', 'M'] as const] : []),
			...(udp || all ? [['udp', 'u'] as const] : []),
			...(unix || all ? [['unix', 'x'] as const] : []),
		];
	};

	const table = async (): Promise<LookAnswer> => {
		const known = await ss.version();
		if (!known.ok) return known;
		const {version, layout} = known;
		const at = now();
		const command: TableCommand = `ss -${layout}tane${detailed ? 'im' : ''} exclude time-wait`;
		const tcp = await read('table', at, command);
		if (tcp === null || !tcp.ok) return tcp ?? nothing;
		detailed = tcp.parser.sockets < (detailed ? detailUpTo : detailAgainBelow);
		const parsers = [tcp.parser];
		const kinds: SocketKind[] = ['tcp'];
		let {busyMs} = tcp;
		for (const [kind, letter] of await otherKinds(version)) {
			const other = await read('table', at, `ss -${layout}${letter}ane${letter === 'u' ? 'm' : ''}`, {kind});
			if (other === null) return nothing;
			if (!other.ok) {
				if (other.final) return other;
				onTrouble(`${kind} sockets are not in the kernel view: ${other.reason}`);
				continue;
			}
			parsers.push(other.parser);
			kinds.push(kind);
			busyMs += other.busyMs;
		}
		end('table', at, parsers, kinds);
		return {ok: true, busyMs};
	};

	const listeners = async (): Promise<LookAnswer> => {
		const known = await ss.version();
		if (!known.ok) return known;
		const at = now();
		const answer = await read('listeners', at, `ss -${known.layout}tnem state listening`, {
			state: 'LISTEN',
		});
		if (answer === null || !answer.ok) return answer ?? nothing;
		end('listeners', at, [answer.parser], ['tcp']);
		return answer;
	};

	/** A look at sockets with certain ports. */
	const byPorts = async (
		look: 'info' | 'time-wait',
		ports: KernelWanted['infoPorts'],
		lines: number,
	): Promise<LookAnswer> => {
		if (ports === null) return nothing;
		const known = await ss.version();
		if (!known.ok) return known;
		const what = look === 'info' ? 'taneim exclude time-wait' : 'tane state time-wait';
		const command = commandWithPorts(what, ports, known.layout, lines);
		if (command === null) return nothing;
		const at = now();
		const answer = await read(look, at, command, {state: look === 'info' ? null : 'TIME-WAIT'});
		if (answer === null || !answer.ok) return answer ?? nothing;
		if (answer.parser.sockets < lines) end(look, at, [answer.parser], ['tcp']);
		return answer;
	};

	return {
		table,
		listeners,
		info: async () => (detailed ? nothing : byPorts('info', wanted().infoPorts, infoLines)),
		timeWait: () => byPorts('time-wait', wanted().timeWaitPorts, timeWaitLines),
	};
};

/** No line was a socket, although there were some: this is not the ss that netwatch knows. */
const unintelligible = ({notUnderstood}: TableParser) => ({
	ok: false as const,
	reason: `nothing that it prints is understood, e.g. ${oneLine(notUnderstood.samples[0] ?? '', 80)}`,
	final: false,
	missing: null,
});
