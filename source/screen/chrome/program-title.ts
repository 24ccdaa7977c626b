/** The program in the title line, and the wrappers that started it. Pure. */
import {formatCommand} from '../../domain/format.ts';
import type {ProcessRow} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import {sanitize} from '../../text/sanitize.ts';
import {truncate} from '../../text/width.ts';

export type ProgramTitle = {
	/** "server.js 4712"; the command until the first program is known. */
	program: string;
	/** "‹ nodemon server.js ‹ npm run dev": the wrappers that all the programs have in common; may be empty. */
	wrappers: string;
	/** " +2": the number of further programs; may be empty. */
	others: string;
};

/** The exits of programs that end on the same Ctrl-C are at most this far apart. */
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

/** The running programs, hooked ones first; where none runs, those that ended last. */
const runningPrograms = (programs: readonly ProcessRow[]): readonly ProcessRow[] => {
	const hooked = programs.filter(({state}) => state === 'running');
	const living = [...hooked, ...programs.filter(({state}) => state === 'unhooked')];
	return living.length > 0 ? living : lastEnded(programs);
};

/** Programs that ended last, unless another one started after them; then those that are still running. */
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
 * The wrappers that started a program, the nearest first: by parent pid, and above a shell without a row by
 * time. Processes beside the program (`npm config`) or before it (`npm run build`) do not count.
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

/** Whether one was running when the other started. The start of an unhooked process is recorded late. */
const wasRunningAtStart = (one: ProcessRow, {startedAt}: ProcessRow): boolean =>
	one.startedAt <= startedAt && (one.endedAt ?? startedAt) >= startedAt;
