/** Processes without a hook: the reason, and the data that is missing. Pure. */
import {formatCount} from '../../../domain/format.ts';
import type {NoHookReason, ProcessRow} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';
import {truncate, wrapWords} from '../../../text/width.ts';
import type {Line} from '../../lines/segments.ts';
import type {Tone} from '../../theme/theme.ts';

/** Processes named per reason, at most; the rest is counted. */
const maxNames = 3;

type Reason = {
	/** Text before the names. */
	label: string;
	/** Text after the names: the reason, and the missing data. */
	explanation: string;
	tone: Tone;
};

const absenceReasons: Record<NoHookReason, Reason> = {
	replaced: {label: 'no hook', explanation: "NODE_OPTIONS was replaced: kernel's view only", tone: 'waiting'},
	unreachable: {
		label: 'no hook',
		explanation:
			"kernel's view only: it cannot reach netwatch (another user, another container, --permission)",
		tone: 'waiting',
	},
	silent: {
		label: 'no hook yet',
		explanation: "kernel's view only until its hook answers",
		tone: 'waiting',
	},
	'kept-out': {
		label: 'no hook',
		explanation: "kernel's view only: kept out, as the notice says",
		tone: 'waiting',
	},
	'not-node': {label: 'not Node', explanation: "kernel's view only", tone: 'plain'},
	watcher: {
		label: 'no hook',
		explanation: 'a watcher takes none in, and has no sockets of its own',
		tone: 'faint',
	},
};

/** Extent of the kernel's view, for processes without a hook. */
const kernelOnly =
	"The kernel's view: addresses, states, queues; no host names, no steps, no buffers of JavaScript.";

const absencesByGravity: readonly NoHookReason[] = [
	'replaced',
	'unreachable',
	'silent',
	'kept-out',
	'not-node',
	'watcher',
];

/** Running processes whose sockets, if any, lack the process's view. */
export const unhookedProcesses = (processes: readonly ProcessRow[]): readonly ProcessRow[] =>
	processes.filter(({state, noHook, rows}) => state === 'unhooked' && (noHook !== 'watcher' || rows > 0));

/**
 * A sentence per reason, gravest first, with its processes; then the processes with lost records.
 *
 * @param width cells
 */
export const unhookedLines = (processes: readonly ProcessRow[], width: number): Line[] => [
	...absencesByGravity.flatMap(absence => {
		const which = processes.filter(({state, noHook}) => state === 'unhooked' && noHook === absence);
		const {label, explanation, tone} = absenceReasons[absence];
		return which.length === 0
			? []
			: sentenceLines(`${label}: ${processNames(which)} – ${explanation}`, width, tone);
	}),
	...droppedRecordLines(processes, width),
	...(unhookedProcesses(processes).length > 0 ? sentenceLines(kernelOnly, width, 'faint') : []),
];

const droppedRecordLines = (processes: readonly ProcessRow[], width: number): Line[] => {
	const droppingProcesses = processes.filter(({load}) => (load?.dropped ?? 0) > 0);
	if (droppingProcesses.length === 0) return [];
	const records = droppingProcesses.reduce((sum, {load}) => sum + (load?.dropped ?? 0), 0);
	const summary = `${formatCount(records)} records lost: ${processNames(droppingProcesses)}`;
	return sentenceLines(
		`${summary} – more happened than netwatch could read: steps are missing, and so may be rows`,
		width,
		'failed',
	);
};

const processNames = (processes: readonly ProcessRow[]): string => {
	const names = processes
		.slice(0, maxNames)
		.map(({program, pid}) => `${truncate(sanitize(program), 24)} ${pid}`);
	const more = processes.length - names.length;
	return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const sentenceLines = (text: string, width: number, tone: Tone): Line[] =>
	wrapWords(text, width - 2).map((part, index) => [{text: index === 0 ? ' ' : '   '}, {text: part, tone}]);
