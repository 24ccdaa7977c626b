import type {KernelSocket, SocketKind} from '../../domain/kernel.ts';
import type {SsOutput} from './parse/output.ts';
import {parseSocket, unsupportedProtocol} from './parse/socket.ts';
import {hasPeerWindow} from './parse/tcp-info.ts';
import type {SsVersion} from './parse/version.ts';

export type TableParserOptions = {
	/** The iproute2 that printed it; null is unknown. */
	version: SsVersion | null;
	/** ss printed a socket over several lines: what begins with a blank continues the line before (no `-O`). */
	multiline?: boolean;
	/** This kernel is known to report peer windows: one that is missing is 0. */
	peerWindowReported?: boolean;
	/** What the sockets are where ss prints no Netid column, as it does where one table is asked for: default TCP. */
	kind?: SocketKind;
};

/** Reads the output of ss bit by bit, so that a large table holds up nobody for long. */
export type TableParser = {
	/**
	 * @param lines How many lines to read at most.
	 * @returns Their sockets; none where none of them was one, or where the end is reached: look at `done`.
	 */
	take(lines: number): KernelSocket[];
	readonly done: boolean;
	/** Lines that were not understood, and the first of them, cut: text from outside. */
	readonly notUnderstood: {count: number; samples: string[]};
	/** How many sockets there were so far. */
	readonly sockets: number;
	/** This kernel tells peer windows, as far as anybody has asked a socket for TCP info: a missing one is 0. */
	readonly peerWindowReported: boolean;
};

const maxSamples = 5;
const maxSampleLength = 200;
const lineFeed = 0x0a;

/**
 * Reads what ss printed with any of `-H -O -n -a -t -u -x -M -o -e -i -m -p -E`. The sockets read from `output` when they
 * are asked, and so keep it alive.
 *
 * A unix socket's path may hold a line feed and what looks like a line behind it: who asks for unix sockets asks for them
 * alone (`kind: 'unix'`), so that nobody's path passes for a TCP socket.
 *
 * @param output What ss wrote to its standard output.
 */
export const createTableParser = (output: Buffer, options: TableParserOptions): TableParser => {
	const notUnderstood: TableParser['notUnderstood'] = {count: 0, samples: []};
	const {kind = 'tcp', multiline = false} = options;
	let at = 0;
	let sockets = 0;
	let windowReported: boolean | null = options.peerWindowReported === true ? true : null;
	const peerWindowReported = (): boolean => {
		windowReported ??= hasPeerWindow({bytes: output, version: options.version});
		return windowReported;
	};
	const source: SsOutput = {bytes: output, version: options.version, kind, peerWindowReported};

	const take = (lines: number): KernelSocket[] => {
		const found: KernelSocket[] = [];
		for (let lineCount = 0; lineCount < lines && at < output.length; lineCount++) {
			const from = at;
			const lineTo = endOfLine(output, from);
			let to = lineTo;
			if (multiline)
				while (to < output.length && isContinuation(output[to + 1])) to = endOfLine(output, to + 1);
			at = to + 1;
			const result = parseSocket(source, from, lineTo, to);
			if (result.ok) found.push(result.value);
			else if (result !== unsupportedProtocol) countUnparsed(from, lineTo);
		}
		sockets += found.length;
		return found;
	};

	const countUnparsed = (from: number, to: number): void => {
		const line = output.toString('latin1', from, Math.min(to, from + 4 * maxSampleLength)).trimEnd();
		if (line === '' || headerPattern.test(line)) return;
		notUnderstood.count++;
		if (notUnderstood.samples.length < maxSamples) notUnderstood.samples.push(line.slice(0, maxSampleLength));
	};

	return {
		take,
		notUnderstood,
		get done() {
			return at >= output.length;
		},
		get sockets() {
			return sockets;
		},
		get peerWindowReported() {
			return windowReported === true;
		},
	};
};

const headerPattern = /^(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s/;

const endOfLine = (output: Buffer, from: number): number => {
	const found = output.indexOf(lineFeed, from);
	return found === -1 ? output.length : found;
};

const isContinuation = (code: number | undefined): boolean => code === 0x20 || code === 0x09;
