import {type Helper, type HelperOptions, startHelper} from './helper.ts';
import {parsed} from './parsed.ts';
import type {RouteQuestion} from './route-question.ts';

export type BatchAnswer =
	| {kind: 'line'; line: string}
	/** ip said no: its words. */
	| {kind: 'refused'; words: string}
	/** Nobody answered. */
	| {kind: 'none'; reason: string; missing: string | null};

export type IpBatch = {
	ask: (question: RouteQuestion) => Promise<BatchAnswer>;
	close: () => Promise<void>;
};

export type IpBatchOptions = HelperOptions & {
	/** Time for one answer, in ms. */
	deadlineMs?: number;
	/** Deaths in a row, without an answer between them, after which it is not started again. */
	deathsAllowed?: number;
};

type Pending = {question: RouteQuestion; resolve: (answer: BatchAnswer) => void};

const queueLimit = 4096;
const textLimit = 65_536;

/**
 * One persistent `ip -j -force -batch -`, which is asked one question at a time: about 1.3 ms each and no process is
 * started. It answers a question with one line on standard output, or with words and `Command failed -:N` on
 * standard error, N being the number of the question.
 */
export const createIpBatch = (options: IpBatchOptions): IpBatch => {
	const {deadlineMs = 2000, deathsAllowed = 3} = options;
	const queue: Pending[] = [];
	let helper: Helper | null = null;
	let running: (Pending & {timer: NodeJS.Timeout}) | null = null;
	let asked = 0;
	let stdout = '';
	let stderr = '';
	let deaths = 0;
	let end: Extract<BatchAnswer, {kind: 'none'}> | null = null;

	const start = () => {
		const answer = startHelper(['ip', '-j', '-force', '-batch', '-'], options);
		if (!answer.ok) return answer;
		const started = answer.value;
		asked = 0;
		started.stdout.on('data', (chunk: Buffer) => started === helper && onStdout(chunk.toString()));
		started.stderr.on('data', (chunk: Buffer) => started === helper && onStderr(chunk.toString()));
		void started.ended.then(({why, missing}) => {
			if (started === helper) onDeath(missing ? `${missing} not found` : `ip ${why}`, missing);
		});
		return answer;
	};

	const next = (): void => {
		if (running !== null) return;
		const pending = queue.shift();
		if (pending === undefined) return;
		if (end !== null) {
			pending.resolve(end);
			next();
			return;
		}
		stdout = '';
		stderr = '';
		running = {...pending, timer: setTimeout(onTimeout, deadlineMs)};
		const started = helper === null ? start() : parsed(helper);
		if (!started.ok) {
			onDeath(`ip ${started.reason}`, null);
			return;
		}
		helper = started.value;
		asked++;
		helper.stdin.write(`${pending.question.line}\n`);
	};

	const onStdout = (text: string): void => {
		stdout = (stdout + text).slice(0, textLimit);
		const newline = stdout.indexOf('\n');
		if (newline !== -1) settle({kind: 'line', line: stdout.slice(0, newline)});
	};

	const onStderr = (text: string): void => {
		stderr = (stderr + text).slice(-textLimit);
		if (new RegExp(`^Command failed -:${asked}$`, 'm').test(stderr)) {
			settle({kind: 'refused', words: stderr});
		}
	};

	const settle = (answer: BatchAnswer): void => {
		if (running === null) return;
		if (answer.kind !== 'none') deaths = 0;
		clearTimeout(running.timer);
		const {resolve} = running;
		running = null;
		resolve(answer);
		next();
	};

	const onTimeout = (): void => {
		helper?.kill();
		onDeath(`ip did not answer within ${deadlineMs / 1000} s`, null);
	};

	const onDeath = (reason: string, missing: string | null): void => {
		helper = null;
		deaths++;
		const answer = {kind: 'none', reason, missing} as const;
		if (missing !== null || deaths >= deathsAllowed) end = answer;
		settle(answer);
	};

	return {
		ask: question =>
			new Promise(resolve => {
				if (queue.length >= queueLimit)
					resolve({kind: 'none', reason: 'too many questions wait', missing: null});
				else {
					queue.push({question, resolve});
					next();
				}
			}),
		close: async () => {
			end = {kind: 'none', reason: 'closed', missing: null};
			const last = helper;
			helper = null;
			last?.kill();
			settle(end);
			await last?.ended;
		},
	};
};
