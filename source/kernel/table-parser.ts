import type {KernelSocket, SocketKind} from '../model/kernel-types.ts';
import {notTcp, parseSocketLine} from './parse-socket.ts';
import type {SsVersion} from './version.ts';

export type TableParserOptions = {
	/** The iproute2 that printed it; null is unknown. */
	version: SsVersion | null;
	/** ss printed a socket over several lines: what begins with a blank continues the line before (no `-O`). */
	multiline?: boolean;
	/** This kernel is known to report peer windows: one that is missing is 0. */
	windowsShown?: boolean;
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
	/** This kernel tells peer windows: a missing one is 0. */
	readonly windowsShown: boolean;
};

const samplesKept = 5;
const sampleLength = 200;
const lineFeed = 0x0a;

/**
 * @param output What ss wrote to its standard output, with or without its header.
 */
export const createTableParser = (output: Buffer, options: TableParserOptions): TableParser => {
	const notUnderstood: TableParser['notUnderstood'] = {count: 0, samples: []};
	let at = 0;
	let sockets = 0;
	let windowsShown = options.windowsShown ?? output.includes(' snd_wnd:');

	const nextLine = (): string => {
		const from = at;
		let end = endOfLine(output, from);
		while (options.multiline && isBlank(output[end + 1])) end = endOfLine(output, end + 1);
		at = end + 1;
		const line = output.toString('latin1', from, end);
		return options.multiline ? line.replaceAll(/\r?\n[ \t]+/g, ' ') : line;
	};

	const refuse = (line: string, first: boolean): void => {
		if (line.trim() === '' || (first && /^(Netid|State)\s/.test(line))) return;
		notUnderstood.count++;
		if (notUnderstood.samples.length >= samplesKept) return;
		notUnderstood.samples.push(line.slice(0, sampleLength).trimEnd());
	};

	const take = (lines: number): KernelSocket[] => {
		const found: KernelSocket[] = [];
		for (let taken = 0; taken < lines && at < output.length; taken++) {
			const first = at === 0;
			const line = nextLine();
			const answer = parseSocketLine(line, options);
			if (!answer.ok) {
				if (answer.reason !== notTcp) refuse(line, first);
				continue;
			}
			const {info} = answer.value;
			if (info?.peerWindow) windowsShown = true;
			else if (info?.peerWindow === 0 && !windowsShown) info.peerWindow = null;
			found.push(answer.value);
		}
		sockets += found.length;
		return found;
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
		get windowsShown() {
			return windowsShown;
		},
	};
};

const endOfLine = (output: Buffer, from: number): number => {
	const found = output.indexOf(lineFeed, from);
	return found === -1 ? output.length : found;
};

const isBlank = (code: number | undefined): boolean => code === 0x20 || code === 0x09;
