/** Converts rows, steps, findings and inputs to the public record format. */
import type {DiagnosisEvent} from '../../domain/diagnosis/diagnosis.ts';
import type {ModelInput} from '../../domain/events.ts';
import type {StepEvent} from '../../domain/output.ts';
import type {KernelView, RouteView, Row} from '../../domain/row.ts';
import {emptyTcpInfo} from '../../domain/tcp-info-entries.ts';
import type {KernelSummary} from '../../domain/view/namespace.ts';
import type {Model} from '../../model/model.ts';
import {sanitizeJson} from '../../text/sanitize.ts';
import type {RecordOf} from '../format/schema.ts';

/** @param at time of writing, ms since the epoch */
export const rowRecord = (row: Row, at: number): RecordOf<'row'> => ({
	type: 'row',
	at,
	id: row.id,
	proc: row.proc,
	pid: row.pid,
	thread: row.thread,
	program: row.program,
	netns: row.netns,
	kind: row.kind,
	role: row.role,
	stage: row.stage,
	stageSince: row.stageSince,
	marks: [...row.marks],
	host: row.host,
	attempt: row.attempt,
	listener: row.listener,
	local: row.local,
	peer: row.peer,
	label: row.label,
	http: row.http,
	connections: row.connections,
	site: row.site,
	openedAt: row.openedAt,
	lastActivityAt: row.lastActivityAt,
	closedAt: row.closedAt,
	error: row.error,
	process: row.process,
	kernel: row.kernel && kernelViewRecord(row.kernel),
	acceptQueue: row.acceptQueue && {...row.acceptQueue, others: [...row.acceptQueue.others]},
	route: row.route && routeRecord(row.route),
	joinedBy: row.joinedBy,
	pair: row.pair,
	disagreement: row.disagreement,
	diagnoses: [...row.diagnoses],
	severity: row.severity,
	stageMs: row.stageMs && {...row.stageMs},
});

const routeRecord = (route: RouteView): NonNullable<RecordOf<'row'>['route']> => ({
	...route,
	nextHops: route.nextHops === undefined ? null : [...route.nextHops],
	rule: route.rule ?? null,
});

/**
 * The format has the fields of TCP info among those of the kernel view. Each field stands here: V8 copies an object of
 * so many fields by `...view` some twenty times slower than it makes one.
 */
const kernelViewRecord = (view: KernelView): NonNullable<RecordOf<'row'>['kernel']> => ({
	state: view.state,
	local: view.local ?? null,
	peer: view.peer ?? null,
	recvQ: view.recvQ,
	sendQ: view.sendQ,
	inode: view.inode,
	cookie: view.cookie,
	uid: view.uid,
	timer: view.timer,
	device: view.device,
	v6only: view.v6only,
	shutdown: view.shutdown,
	drops: view.drops,
	...(view.info ?? emptyTcpInfo),
	infoSeenAt: view.infoSeenAt,
	final: view.final,
	seenAt: view.seenAt,
});

export const stepRecord = ({id, step}: StepEvent): RecordOf<'step'> =>
	// The model's steps have the format's fields, though their type is wider; a test checks them by the schema.
	({type: 'step', at: step.at, id, step: step.step, ...step.fields}) as RecordOf<'step'>;

export const diagnosisRecord = ({event, at, diagnosis}: DiagnosisEvent): RecordOf<'diagnosis'> => {
	const {key, rule, severity, phase, operation, local, peer, id, pid, program, netns, message} = diagnosis;
	return {
		...{type: 'diagnosis', at, event, key, rule, severity, phase, operation, local, peer},
		...{id, pid, program, netns, message: truncate(message)},
		evidence: diagnosis.evidence.slice(0, maxEvidence).map(each => ({...each, fact: truncate(each.fact)})),
		next:
			'argv' in diagnosis.next
				? {argv: truncateArguments(diagnosis.next.argv)}
				: {advice: truncate(diagnosis.next.advice)},
	};
};

/** Limits of a finding, for the length of the line: only very long names from outside reach them. */
const maxEvidence = 16;
const maxTextLength = 500;

const truncate = (words: string): string =>
	words.length <= maxTextLength ? words : `${words.slice(0, maxTextLength - 1)}…`;

/** @returns null for inputs without a record of their own: steps and rows show them */
export function inputRecord(
	input: ModelInput,
	{kernel}: Pick<Model, 'kernel'>,
): RecordOf<'process'> | RecordOf<'load'> | RecordOf<'kernel'> | RecordOf<'notice'> | null {
	switch (input.type) {
		case 'process': {
			const {at, event, proc, pid, thread} = input;
			const emptyProcessFields = {
				ppid: null,
				netns: null,
				node: null,
				title: null,
				argv: null,
				exe: null,
				cwd: null,
				program: null,
				wrapper: null,
			};
			if ('exitCode' in input) {
				const {exitCode, signal} = input;
				return {type: 'process', at, event, proc, pid, thread, ...emptyProcessFields, exitCode, signal};
			}

			const {ppid, netns, node, title, program, wrapper} = input;
			const exe = input.exe == null ? null : truncate(input.exe);
			const cwd = input.cwd == null ? null : truncate(input.cwd);
			const argv = truncateArguments(input.argv);
			const processFields = {ppid, netns, node, title, argv, exe, cwd, program, wrapper};
			return {type: 'process', at, event, proc, pid, thread, ...processFields, exitCode: null, signal: null};
		}

		case 'load': {
			const {at, proc, pid, thread, load} = input;
			return {type: 'load', ...load, at, proc, pid, thread};
		}

		case 'kernel-end': {
			const summary = kernel.get(input.end.netns);
			return input.end.kind !== 'table' || summary === undefined ? null : kernelRecord(summary);
		}

		case 'notice': {
			const {at, level, source, message} = input;
			return {type: 'notice', at, level, source, message};
		}

		default:
			return null;
	}
}

const kernelRecord = ({counters, rates, ephemeral, ...summary}: KernelSummary): RecordOf<'kernel'> => ({
	type: 'kernel',
	...summary,
	...counters,
	listenOverflowsPerSecond: rates?.listenOverflows ?? null,
	listenDropsPerSecond: rates?.listenDrops ?? null,
	synDropsPerSecond: rates?.synDrops ?? null,
	retransSegsPerSecond: rates?.retransSegs ?? null,
	activeOpensPerSecond: rates?.activeOpens ?? null,
	passiveOpensPerSecond: rates?.passiveOpens ?? null,
	attemptFailsPerSecond: rates?.attemptFails ?? null,
	resetsPerSecond: rates?.resets ?? null,
	ephemeral,
});

/** Limit of a command line's JSON in bytes, for the length of the line. */
const maxArgumentsBytes = 16 * 1024;

/** @returns the first words; above the limit, the last one is the number of omitted words */
export function truncateArguments(args: readonly string[]): string[] {
	const kept: string[] = [];
	let bytesLeft = maxArgumentsBytes;
	for (const word of args) {
		bytesLeft -= Buffer.byteLength(sanitizeJson(JSON.stringify(word))) + 1;
		if (bytesLeft < 0) return [...kept, `… ${args.length - kept.length} more`];
		kept.push(word);
	}

	return kept;
}

/** @param droppedRecords lines that the recorder's writer has dropped */
export function summaryRecord(model: Model, at: number, droppedRecords: number): RecordOf<'summary'> {
	const {totals, session, dropped, notShown, diagnoses} = model;
	const {counts} = diagnoses;
	return {
		type: 'summary',
		at,
		byStage: Object.fromEntries(totals.byStage),
		byCode: Object.fromEntries(totals.byCode),
		byRule: Object.fromEntries([...counts].map(([rule, {total}]) => [rule, total])),
		diagnoses: [...counts.values()].reduce((sum, {total}) => sum + total, 0),
		rows: totals.rows,
		steps: totals.steps,
		dropped: dropped + notShown + diagnoses.dropped + droppedRecords,
		endsUnreported: model.processes.filter(({isEndUnreported}) => isEndUnreported).length,
		exitCode: session.ended?.exitCode ?? null,
		signal: session.ended?.signal ?? null,
		durationMs: (session.ended?.at ?? at) - session.startedAt,
	};
}
