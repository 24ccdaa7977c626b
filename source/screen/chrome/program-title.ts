/** What the first line says of the processes: the program, and the wrappers that started it, folded under it. Pure. */
import {formatCommand} from '../../domain/format.ts';
import type {ProcessRow} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import {sanitize} from '../../text/sanitize.ts';
import {truncate} from '../../text/width.ts';

export type ProgramTitle = {
	/** "server.js 4712", or the command as long as no program has answered. */
	program: string;
	/** "‹ nodemon server.js ‹ npm run dev": those that started all the programs that run; may be empty. */
	wrappers: string;
	/** " +2" where more programs run; may be empty. */
	others: string;
};

/** Programs that a Ctrl-C ends do not end at the same moment. */
const simultaneousEndMs = 3000;

export const programTitle = ({processes, session}: ModelView): ProgramTitle => {
	const main = processes.filter(({thread}) => thread === 0);
	const programRows = main.filter(({wrapper}) => !wrapper);
	const programs = session.ended === null ? runningPrograms(programRows) : lastEnded(programRows);
	const [first] = programs;
	if (first === undefined) {
		const pid = session.pid === null ? '' : ` ${session.pid}`;
		return {program: `${formatCommand(session.command)}${pid}`, wrappers: '', others: ''};
	}
	const chains = programs.map(program => wrapperChain(program, main, session.pid));
	const common = (chains[0] ?? []).filter(wrapper => chains.every(chain => chain.includes(wrapper)));
	const names = common.map(({program}) => `‹ ${truncate(sanitize(program), 24)}`);
	return {
		program: `${truncate(sanitize(first.program) || 'process', 32)} ${first.pid}`,
		wrappers: [...new Set(names)].join(' '),
		others: programs.length > 1 ? ` +${programs.length - 1}` : '',
	};
};

/** The programs that run, those with a hook first. */
const runningPrograms = (programs: readonly ProcessRow[]): readonly ProcessRow[] => {
	const hooked = programs.filter(({state}) => state === 'running');
	const living = [...hooked, ...programs.filter(({state}) => state === 'unhooked')];
	return living.length > 0 ? living : lastEnded(programs);
};

/** Those that ran until the end, and not one after the other; what outlives the command stands behind them. */
const lastEnded = (programs: readonly ProcessRow[]): readonly ProcessRow[] => {
	const ended = programs.flatMap(({endedAt}) => endedAt ?? []);
	const end = Math.max(...ended);
	const last = programs.filter(
		({endedAt}) =>
			endedAt !== null &&
			endedAt >= end - simultaneousEndMs &&
			!programs.some(({startedAt}) => startedAt > endedAt),
	);
	return [...last, ...programs.filter(({endedAt}) => endedAt === null)];
};

/**
 * Who started it, the nearest first: by their pids, and where a shell stands between that nobody tells of, by time.
 * What a wrapper ran beside it (`npm config`) or before it (`npm run build`) has not started it.
 */
const wrapperChain = (
	program: ProcessRow,
	main: readonly ProcessRow[],
	commandPid: number | null,
): ProcessRow[] => {
	const chain: ProcessRow[] = [];
	let ancestor = program;
	for (;;) {
		const {ppid, startedAt} = ancestor;
		const parent = main.findLast(other => other.pid === ppid && (other.endedAt ?? startedAt) >= startedAt);
		if (parent === undefined || parent === ancestor || chain.includes(parent)) break;
		chain.push(parent);
		ancestor = parent;
	}
	const before =
		ancestor.pid === commandPid
			? []
			: main.filter(other => other !== ancestor && wasRunningAtStart(other, ancestor)).toReversed();
	return [...chain, ...before].filter(({wrapper}) => wrapper);
};

/** Whether one was there when the other began. Of a process without a hook it is known later than it began. */
const wasRunningAtStart = (one: ProcessRow, {startedAt}: ProcessRow): boolean =>
	one.startedAt <= startedAt && (one.endedAt ?? startedAt) >= startedAt;
