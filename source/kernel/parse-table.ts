import type {KernelSocket} from '../model/types.ts';
import {notTcp, type ParseSocketOptions, parseSocketLine} from './parse-socket.ts';

export type ParseTableOptions = ParseSocketOptions & {
	/** ss printed a socket over several lines: what begins with a blank continues the line before (no `-O`). */
	multiline?: boolean;
	/** This kernel is known to report peer windows: one that is missing is 0. */
	windowsShown?: boolean;
};

export type Table = {
	sockets: KernelSocket[];
	/** Lines about UDP and other protocols. */
	otherProtocols: number;
	notUnderstood: {count: number; samples: string[]};
	/** Some line carried a peer window. */
	windowsShown: boolean;
};

const samplesKept = 5;
const sampleLength = 200;

/**
 * The output of ss, with or without its header. A line that is not understood is counted, and the first ones are kept
 * as samples: they are text from outside.
 *
 * @param text Decoded as latin1: the fields that are read are ASCII.
 */
export const parseTable = (text: string, options: ParseTableOptions): Table => {
	const table: Table = {
		sockets: [],
		otherProtocols: 0,
		notUnderstood: {count: 0, samples: []},
		windowsShown: options.windowsShown ?? false,
	};
	const whole = options.multiline ? text.replace(/\r?\n[ \t]+/g, ' ') : text;
	for (let begin = 0; begin < whole.length; ) {
		const found = whole.indexOf('\n', begin);
		const end = found === -1 ? whole.length : found;
		if (end > begin) addLine(table, whole.slice(begin, end), begin === 0, options);
		begin = end + 1;
	}
	if (!table.windowsShown) forgetZeroWindows(table.sockets);
	return table;
};

const addLine = (table: Table, line: string, first: boolean, options: ParseTableOptions): void => {
	const answer = parseSocketLine(line, options);
	if (answer.ok) {
		if (answer.value.info?.peerWindow) table.windowsShown = true;
		table.sockets.push(answer.value);
	} else if (answer.reason === notTcp) {
		table.otherProtocols++;
	} else if (!(first && /^(Netid|State)\s/.test(line)) && line.trim() !== '') {
		table.notUnderstood.count++;
		if (table.notUnderstood.samples.length < samplesKept) {
			table.notUnderstood.samples.push(line.slice(0, sampleLength).trimEnd());
		}
	}
};

/** Where no line has a window, this kernel or this ss does not tell it: what looks like zero is unknown. */
const forgetZeroWindows = (sockets: KernelSocket[]): void => {
	for (const {info} of sockets) if (info?.peerWindow === 0) info.peerWindow = null;
};
