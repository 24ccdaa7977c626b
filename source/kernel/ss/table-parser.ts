import type {KernelSocket, SocketKind} from '../../domain/kernel.ts';
import type {SsOutput} from './parse/output.ts';
import {parseSocket, unsupportedProtocol} from './parse/socket.ts';
import {hasPeerWindow} from './parse/tcp-info.ts';
import type {SsVersion} from './parse/version.ts';

export type TableParserOptions = {
	/** The iproute2 version; null where unknown. */
	version: SsVersion | null;
	/**
	 * ss printed a socket over several lines: a line with a leading blank continues the one before (no `-O`).
	 */
	multiline?: boolean;
	/** This kernel is known to report peer windows: a missing one is 0. */
	peerWindowReported?: boolean;
	/** The kind of sockets where ss prints no Netid column, as in a query for one table; default TCP. */
	kind?: SocketKind;
};

/** Parses the output of ss in parts, so that a large table never blocks the event loop for long. */
export type TableParser = {
	/**
	 * @param lines most lines to parse
	 * @returns their sockets; empty where none of them is one, or at the end: see `done`
	 */
	take(lines: number): KernelSocket[];
	readonly done: boolean;
	/** Lines that were not understood, and the first of them, cut: untrusted text. */
	readonly notUnderstood: {count: number; samples: string[]};
	/** Number of sockets so far. */
	readonly sockets: number;
	/** This kernel reports peer windows, as far as TCP info has been read: a missing one is 0. */
	readonly peerWindowReported: boolean;
};

const maxSamples = 5;
const maxSampleLength = 200;
const lineFeed = 0x0a;

/**
 * Parses the output of ss with any of `-H -O -n -a -t -u -x -M -o -e -i -m -p -E`. The sockets read lazily
 * from `output`, and so keep it alive.
 *
 * A Unix socket's path may hold a line feed and a forged line behind it: a query for Unix sockets must be for
 * them alone (`kind: 'unix'`), so that no path passes for a TCP socket.
 *
 * @param output standard output of ss
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
		const parsed: KernelSocket[] = [];
		for (let lineCount = 0; lineCount < lines && at < output.length; lineCount++) {
			const from = at;
			const lineTo = endOfLine(output, from);
			let to = lineTo;
			if (multiline)
				while (to < output.length && isContinuation(output[to + 1])) to = endOfLine(output, to + 1);
			at = to + 1;
			const result = parseSocket(source, from, lineTo, to);
			if (result.ok) parsed.push(result.value);
			else if (result !== unsupportedProtocol) countUnparsed(from, lineTo);
		}
		sockets += parsed.length;
		return parsed;
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
	const lineFeedAt = output.indexOf(lineFeed, from);
	return lineFeedAt === -1 ? output.length : lineFeedAt;
};

const isContinuation = (code: number | undefined): boolean => code === 0x20 || code === 0x09;
