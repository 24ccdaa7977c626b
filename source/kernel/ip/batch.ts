import {ok} from '../../shared/result.ts';
import {singleLine} from '../../text/single-line.ts';
import {type Child, type ChildOptions, spawnChild} from '../child/child.ts';

/** A line for `ip -batch`: it holds no untrusted text that was not checked. */
export type BatchRequest = {line: string};

export type BatchReply =
	| {kind: 'line'; line: string}
	/** ip refused the request, with this message. */
	| {kind: 'refused'; message: string}
	/** There is no answer. */
	| {
			kind: 'none';
			reason: string;
			/** The tool to install. */
			missingTool: string | null;
			/** A later request may be answered. */
			transient: boolean;
	  };

export type IpBatch = {
	request: (question: BatchRequest) => Promise<BatchReply>;
	close: () => Promise<void>;
};

export type IpBatchOptions = ChildOptions & {
	/** Further options of ip, before `-batch`. */
	flags?: readonly string[];
	/** Time limit for the answers to one batch, in ms. */
	deadlineMs?: number;
	/** Deaths in a row, without an answer between them, after which ip is not started again. */
	maxConsecutiveExits?: number;
	/** Most characters of the answers to one batch. */
	maxReplyLength?: number;
};

type PendingRequest = {request: BatchRequest; resolve: (answer: BatchReply) => void};

/**
 * Requests written before the first of their answers is awaited: a round trip costs as much as 50 answers.
 */
const maxBatchSize = 64;
const maxQueueLength = 4096;
const maxStderrLength = 65_536;

/**
 * One persistent `ip -j -force -batch -`, so that a request starts no process: about 1.3 ms alone, 20 µs
 * among many. Each request yields either one line on standard output, or a message and `Command failed -:N`
 * on standard error, N being the number of the request; so when both together are as many as the requests,
 * the lines belong, in their order, to those that did not fail.
 */
export const createIpBatch = (options: IpBatchOptions): IpBatch => {
	const {flags = [], deadlineMs = 10_000, maxConsecutiveExits = 3, maxReplyLength = 1024 * 1024} = options;
	const queue: PendingRequest[] = [];
	let child: Child | null = null;
	let inFlight: PendingRequest[] = [];
	let timer: NodeJS.Timeout | undefined;
	/** Requests that this child has answered before the running batch. */
	let requestsAnswered = 0;
	let stdout = '';
	let lines = 0;
	let stderr = '';
	/** This many next requests are sent one by one: one of them may have ended the child. */
	let isolatedRequestsLeft = 0;
	let consecutiveExits = 0;
	let permanentFailure: Extract<BatchReply, {kind: 'none'}> | null = null;

	const start = () => {
		const result = spawnChild(['ip', '-j', ...flags, '-force', '-batch', '-'], options);
		if (!result.ok) return result;
		const started = result.value;
		requestsAnswered = 0;
		started.stdout.setEncoding('utf8').on('data', (text: string) => started === child && onStdout(text));
		started.stderr.setEncoding('utf8').on('data', (text: string) => started === child && onStderr(text));
		void started.exited.then(({reason, missingTool}) => {
			if (started !== child) return;
			const stderrLine = singleLine(stderr);
			const hint = isUnsupportedOption(stderrLine) ? ' (iproute2 4.17 or newer is needed)' : '';
			if (missingTool !== null) onExit(`${missingTool} not found`, missingTool);
			else onExit(`ip ${reason}${stderrLine === '' ? '' : `: ${stderrLine}`}${hint}`, null, hint !== '');
		});
		return result;
	};

	const sendNext = (): void => {
		if (inFlight.length > 0) return;
		if (permanentFailure !== null) {
			for (const {resolve} of queue.splice(0)) resolve(permanentFailure);
			return;
		}
		inFlight = queue.splice(0, isolatedRequestsLeft > 0 ? 1 : maxBatchSize);
		if (inFlight.length === 0) return;
		isolatedRequestsLeft = Math.max(0, isolatedRequestsLeft - 1);
		stdout = '';
		lines = 0;
		stderr = '';
		timer = setTimeout(onTimeout, deadlineMs);
		const started = child === null ? start() : ok(child);
		if (!started.ok) {
			onExit(`ip ${started.reason}`, null);
			return;
		}
		child = started.value;
		child.stdin.write(inFlight.map(({request}) => `${request.line}\n`).join(''));
	};

	const onStdout = (text: string): void => {
		if (inFlight.length === 0) return;
		stdout += text;
		if (stdout.length > maxReplyLength) {
			child?.kill();
			onExit(`ip wrote more than ${maxReplyLength} characters`, null);
			return;
		}
		for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
		resolveBatch();
	};

	const onStderr = (text: string): void => {
		stderr = (stderr + text).slice(-maxStderrLength);
		resolveBatch();
	};

	const resolveBatch = (): void => {
		const refusals = parseRefusals(stderr);
		if (inFlight.length === 0 || lines + refusals.size < inFlight.length) return;
		clearTimeout(timer);
		consecutiveExits = 0;
		const answered = inFlight;
		inFlight = [];
		const replyLines = stdout.split('\n');
		for (const {resolve} of answered) {
			const message = refusals.get(++requestsAnswered);
			if (message === undefined) resolve({kind: 'line', line: replyLines.shift() ?? ''});
			else resolve({kind: 'refused', message});
		}
		sendNext();
	};

	const onTimeout = (): void => {
		child?.kill();
		onExit(`ip did not answer within ${deadlineMs / 1000} s`, null);
	};

	const onExit = (reason: string, missingTool: string | null, permanent = false): void => {
		clearTimeout(timer);
		child = null;
		consecutiveExits++;
		const interrupted = inFlight;
		inFlight = [];
		const failure = {kind: 'none', reason, missingTool, transient: false} as const;
		if (missingTool !== null || permanent || consecutiveExits >= maxConsecutiveExits)
			permanentFailure = failure;
		if (permanentFailure === null && interrupted.length > 1) {
			isolatedRequestsLeft = interrupted.length;
			queue.unshift(...interrupted);
		} else {
			for (const {resolve} of interrupted) resolve(permanentFailure ?? failure);
		}
		sendNext();
	};

	return {
		request: request =>
			new Promise(resolve => {
				if (queue.length >= maxQueueLength) {
					resolve({kind: 'none', reason: 'too many questions wait', missingTool: null, transient: true});
					return;
				}
				queue.push({request, resolve});
				// Requests of the same turn form one batch.
				if (queue.length === 1) queueMicrotask(sendNext);
			}),
		close: async () => {
			permanentFailure = {kind: 'none', reason: 'closed', missingTool: null, transient: false};
			clearTimeout(timer);
			const closing = child;
			child = null;
			for (const {resolve} of inFlight.splice(0)) resolve(permanentFailure);
			sendNext();
			closing?.kill();
			await closing?.exited;
		},
	};
};

/** The requests that ip refused, by number, with ip's message. */
const parseRefusals = (stderr: string): Map<number, string> => {
	const refusals = new Map<number, string>();
	if (stderr === '') return refusals;
	let from = 0;
	for (const match of stderr.matchAll(/^Command failed -:(\d+)\n/gm)) {
		refusals.set(Number(match[1]), stderr.slice(from, match.index));
		from = match.index + match[0].length;
	}
	return refusals;
};

/** iproute2 before 4.14 does not support `-j`; neither does busybox's ip. */
const isUnsupportedOption = (stderr: string): boolean =>
	/Option "-\w+" is unknown|unrecognized option|invalid option/.test(stderr);
