/** What the first line says of the processes: the program, and the wrappers that started it, folded under it. Pure. */
import {formatCommand} from '../../domain/format.ts';
import type {ProcessRow} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import {sanitize} from '../../text/sanitize.ts';
import {shorten} from '../../text/width.ts';

export type Watched = {
	/** "server.js 4712", or the command as long as no program has answered. */
	program: string;
	/** "‹ nodemon server.js ‹ npm run dev": those that started all the programs that run; may be empty. */
	wrappers: string;
	/** " +2" where more programs run; may be empty. */
	others: string;
};

/** Programs that a Ctrl-C ends do not end at the same moment. */
const endedTogetherMs = 3000;

export const watched = ({processes, session}: ModelView): Watched => {
	const main = processes.filter(({thread}) => thread === 0);
	const all = main.filter(({wrapper}) => !wrapper);
	const programs = session.ended === null ? presentOf(all) : lastOf(all);
	const [first] = programs;
	if (first === undefined) {
		const pid = session.pid === null ? '' : ` ${session.pid}`;
		return {program: `${formatCommand(session.command)}${pid}`, wrappers: '', others: ''};
	}
	const chains = programs.map(program => wrappersOf(program, main, session.pid));
	const common = (chains[0] ?? []).filter(wrapper => chains.every(chain => chain.includes(wrapper)));
	const names = common.map(({program}) => `‹ ${shorten(sanitize(program), 24)}`);
	return {
		program: `${shorten(sanitize(first.program) || 'process', 32)} ${first.pid}`,
		wrappers: [...new Set(names)].join(' '),
		others: programs.length > 1 ? ` +${programs.length - 1}` : '',
	};
};

/** The programs that run, those with a hook first. */
const presentOf = (programs: readonly ProcessRow[]): readonly ProcessRow[] => {
	const hooked = programs.filter(({state}) => state === 'running');
	const living = [...hooked, ...programs.filter(({state}) => state === 'unhooked')];
	return living.length > 0 ? living : lastOf(programs);
};

/** Those that ran until the end, and not one after the other; what outlives the command stands behind them. */
const lastOf = (programs: readonly ProcessRow[]): readonly ProcessRow[] => {
	const ended = programs.flatMap(({endedAt}) => endedAt ?? []);
	const end = Math.max(...ended);
	const last = programs.filter(
		({endedAt}) =>
			endedAt !== null &&
			endedAt >= end - endedTogetherMs &&
			!programs.some(({startedAt}) => startedAt > endedAt),
	);
	return [...last, ...programs.filter(({endedAt}) => endedAt === null)];
};

/**
 * Who started it, the nearest first: by their pids, and where a shell stands between that nobody tells of, by time.
 * What a wrapper ran beside it (`npm config`) or before it (`npm run build`) has not started it.
 */
const wrappersOf = (
	program: ProcessRow,
	main: readonly ProcessRow[],
	commandPid: number | null,
): ProcessRow[] => {
	const chain: ProcessRow[] = [];
	let oldest = program;
	for (;;) {
		const {ppid, startedAt} = oldest;
		const parent = main.findLast(other => other.pid === ppid && (other.endedAt ?? startedAt) >= startedAt);
		if (parent === undefined || parent === oldest || chain.includes(parent)) break;
		chain.push(parent);
		oldest = parent;
	}
	const before =
		oldest.pid === commandPid
			? []
			: main.filter(other => other !== oldest && wasThere(other, oldest)).toReversed();
	return [...chain, ...before].filter(({wrapper}) => wrapper);
};

/** Whether one was there when the other began. Of a process without a hook it is known later than it began. */
const wasThere = (one: ProcessRow, {startedAt}: ProcessRow): boolean =>
	one.startedAt <= startedAt && (one.endedAt ?? startedAt) >= startedAt;
