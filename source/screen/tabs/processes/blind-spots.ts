/** Which processes netwatch does not see into, why, and what of them is not shown. Pure. */
import {formatCount} from '../../../domain/format.ts';
import type {NoHookReason, ProcessRow} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {brokenAt, shorten} from '../../../text/width.ts';
import type {Line} from '../../lines/segments.ts';
import type {Tone} from '../../theme/theme.ts';

/** Processes that are named; the rest is counted. */
const namedAtMost = 3;

type Reason = {
	/** What stands before the names. */
	what: string;
	/** What follows them: why, and what is lost. */
	why: string;
	tone: Tone;
};

const reasons: Record<NoHookReason, Reason> = {
	replaced: {what: 'no hook', why: "NODE_OPTIONS was replaced: kernel's view only", tone: 'waiting'},
	unreachable: {
		what: 'no hook',
		why: "kernel's view only: it cannot reach netwatch (another user, another container, --permission)",
		tone: 'waiting',
	},
	'kept-out': {what: 'no hook', why: "kernel's view only: kept out, as the notice says", tone: 'waiting'},
	'not-node': {what: 'not Node', why: "kernel's view only", tone: 'plain'},
	watcher: {what: 'no hook', why: 'a watcher takes none in, and has no sockets of its own', tone: 'faint'},
};

/** What is lost where only the kernel is asked. */
const kernelOnly =
	"The kernel's view: addresses, states, queues; no host names, no steps, no buffers of JavaScript.";

const graveFirst: readonly NoHookReason[] = ['replaced', 'unreachable', 'kept-out', 'not-node', 'watcher'];

/** Living processes whose sockets, if they have any, lack the process's view. */
export const unhookedOf = (processes: readonly ProcessRow[]): readonly ProcessRow[] =>
	processes.filter(({state, noHook, rows}) => state === 'unhooked' && (noHook !== 'watcher' || rows > 0));

/**
 * A sentence for each reason, with the processes that it holds of, the gravest first.
 *
 * @param width cells
 */
export const blindSpotLines = (processes: readonly ProcessRow[], width: number): Line[] => [
	...graveFirst.flatMap(absence => {
		const which = processes.filter(({state, noHook}) => state === 'unhooked' && noHook === absence);
		const {what, why, tone} = reasons[absence];
		return which.length === 0 ? [] : sentence(`${what}: ${namesOf(which)} – ${why}`, width, tone);
	}),
	...dropped(processes, width),
	...(unhookedOf(processes).length > 0 ? sentence(kernelOnly, width, 'faint') : []),
];

const dropped = (processes: readonly ProcessRow[], width: number): Line[] => {
	const losers = processes.filter(({load}) => (load?.dropped ?? 0) > 0);
	if (losers.length === 0) return [];
	const records = losers.reduce((sum, {load}) => sum + (load?.dropped ?? 0), 0);
	const what = `${formatCount(records)} records lost: ${namesOf(losers)}`;
	return sentence(
		`${what} – more happened than netwatch could read: steps are missing, and so may be rows`,
		width,
		'failed',
	);
};

const namesOf = (processes: readonly ProcessRow[]): string => {
	const names = processes
		.slice(0, namedAtMost)
		.map(({program, pid}) => `${shorten(sanitize(program), 24)} ${pid}`);
	const more = processes.length - names.length;
	return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const sentence = (text: string, width: number, tone: Tone): Line[] =>
	brokenAt(text, width - 2).map((part, index) => [{text: index === 0 ? ' ' : '   '}, {text: part, tone}]);
