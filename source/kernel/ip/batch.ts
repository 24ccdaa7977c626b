import {parsed} from '../../shared/result.ts';
import {oneLine} from '../../text/single-line.ts';
import {type Helper, type HelperOptions, startHelper} from '../child/child.ts';

/** A line for `ip -batch`: nothing from outside may be in it that was not checked. */
export type BatchQuestion = {line: string};

export type BatchAnswer =
	| {kind: 'line'; line: string}
	/** ip said no: its words. */
	| {kind: 'refused'; words: string}
	/** Nobody answered. */
	| {
			kind: 'none';
			reason: string;
			/** The program that must be installed. */
			missing: string | null;
			/** The next question may well be answered. */
			passing: boolean;
	  };

export type IpBatch = {
	ask: (question: BatchQuestion) => Promise<BatchAnswer>;
	close: () => Promise<void>;
};

export type IpBatchOptions = HelperOptions & {
	/** More options of ip, before `-batch`. */
	flags?: readonly string[];
	/** Time for the answers to the questions that were asked together, in ms. */
	deadlineMs?: number;
	/** Deaths in a row, without an answer between them, after which it is not started again. */
	deathsAllowed?: number;
	/** Most characters of the answers to questions that were asked together. */
	limit?: number;
};

type Pending = {question: BatchQuestion; resolve: (answer: BatchAnswer) => void};

/** Questions that are written before the first of their answers is awaited: a round trip costs as much as 50 answers. */
const together = 64;
const queueLimit = 4096;
const stderrLimit = 65_536;

/**
 * One persistent `ip -j -force -batch -`, so that no process is started for a question: about 1.3 ms alone, 20 µs
 * among many. It answers a question with one line on standard output, or with words and `Command failed -:N` on
 * standard error, N being the number of the question; so when both together are as many as the questions, the lines
 * belong, in their order, to those that did not fail.
 */
export const createIpBatch = (options: IpBatchOptions): IpBatch => {
	const {flags = [], deadlineMs = 10_000, deathsAllowed = 3, limit = 1024 * 1024} = options;
	const queue: Pending[] = [];
	let helper: Helper | null = null;
	let running: Pending[] = [];
	let timer: NodeJS.Timeout | undefined;
	/** Questions that this child has had, before those that run. */
	let asked = 0;
	let stdout = '';
	let lines = 0;
	let stderr = '';
	/** So many next questions are asked one by one: one of them may be what ended the child. */
	let careful = 0;
	let deaths = 0;
	let end: Extract<BatchAnswer, {kind: 'none'}> | null = null;

	const start = () => {
		const answer = startHelper(['ip', '-j', ...flags, '-force', '-batch', '-'], options);
		if (!answer.ok) return answer;
		const started = answer.value;
		asked = 0;
		started.stdout.setEncoding('utf8').on('data', (text: string) => started === helper && onStdout(text));
		started.stderr.setEncoding('utf8').on('data', (text: string) => started === helper && onStderr(text));
		void started.ended.then(({why, missing}) => {
			if (started !== helper) return;
			const words = oneLine(stderr);
			const advice = isTooOld(words) ? ' (iproute2 4.17 or newer is needed)' : '';
			if (missing !== null) onDeath(`${missing} not found`, missing);
			else onDeath(`ip ${why}${words === '' ? '' : `: ${words}`}${advice}`, null, advice !== '');
		});
		return answer;
	};

	const next = (): void => {
		if (running.length > 0) return;
		if (end !== null) {
			for (const {resolve} of queue.splice(0)) resolve(end);
			return;
		}
		running = queue.splice(0, careful > 0 ? 1 : together);
		if (running.length === 0) return;
		careful = Math.max(0, careful - 1);
		stdout = '';
		lines = 0;
		stderr = '';
		timer = setTimeout(onTimeout, deadlineMs);
		const started = helper === null ? start() : parsed(helper);
		if (!started.ok) {
			onDeath(`ip ${started.reason}`, null);
			return;
		}
		helper = started.value;
		helper.stdin.write(running.map(({question}) => `${question.line}\n`).join(''));
	};

	const onStdout = (text: string): void => {
		if (running.length === 0) return;
		stdout += text;
		if (stdout.length > limit) {
			helper?.kill();
			onDeath(`ip wrote more than ${limit} characters`, null);
			return;
		}
		for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
		settle();
	};

	const onStderr = (text: string): void => {
		stderr = (stderr + text).slice(-stderrLimit);
		settle();
	};

	const settle = (): void => {
		const refusals = refusalsIn(stderr);
		if (running.length === 0 || lines + refusals.size < running.length) return;
		clearTimeout(timer);
		deaths = 0;
		const answered = running;
		running = [];
		const answers = stdout.split('\n');
		for (const {resolve} of answered) {
			const words = refusals.get(++asked);
			if (words === undefined) resolve({kind: 'line', line: answers.shift() ?? ''});
			else resolve({kind: 'refused', words});
		}
		next();
	};

	const onTimeout = (): void => {
		helper?.kill();
		onDeath(`ip did not answer within ${deadlineMs / 1000} s`, null);
	};

	const onDeath = (reason: string, missing: string | null, final = false): void => {
		clearTimeout(timer);
		helper = null;
		deaths++;
		const lost = running;
		running = [];
		const answer = {kind: 'none', reason, missing, passing: false} as const;
		if (missing !== null || final || deaths >= deathsAllowed) end = answer;
		if (end === null && lost.length > 1) {
			careful = lost.length;
			queue.unshift(...lost);
		} else {
			for (const {resolve} of lost) resolve(end ?? answer);
		}
		next();
	};

	return {
		ask: question =>
			new Promise(resolve => {
				if (queue.length >= queueLimit) {
					resolve({kind: 'none', reason: 'too many questions wait', missing: null, passing: true});
					return;
				}
				queue.push({question, resolve});
				// Those of the same moment go together.
				if (queue.length === 1) queueMicrotask(next);
			}),
		close: async () => {
			end = {kind: 'none', reason: 'closed', missing: null, passing: false};
			clearTimeout(timer);
			const last = helper;
			helper = null;
			for (const {resolve} of running.splice(0)) resolve(end);
			next();
			last?.kill();
			await last?.ended;
		},
	};
};

/** The questions that ip refused, by number, with what it wrote before it said so. */
const refusalsIn = (stderr: string): Map<number, string> => {
	const refusals = new Map<number, string>();
	if (stderr === '') return refusals;
	let from = 0;
	for (const match of stderr.matchAll(/^Command failed -:(\d+)\n/gm)) {
		refusals.set(Number(match[1]), stderr.slice(from, match.index));
		from = match.index + match[0].length;
	}
	return refusals;
};

/** iproute2 before 4.14 knows no `-j`; busybox's ip knows none either. */
const isTooOld = (words: string): boolean =>
	/Option "-\w+" is unknown|unrecognized option|invalid option/.test(words);
