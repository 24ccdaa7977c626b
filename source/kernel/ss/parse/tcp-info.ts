import type {KernelState, TcpInfo} from '../../../domain/kernel.ts';
import {absentTcpInfo, tcpInfoEntries} from '../../../domain/tcp-info-entries.ts';
import type {TcpInfoField, TcpInfoName} from '../../../domain/tcp-info-fields.ts';
import {
	endOfField,
	indexOfByte,
	isBlank,
	latin1Bytes,
	parseNumberAt,
	skipBlanks,
	startsWith,
} from '../../parsing/scan.ts';
import type {SsOutput} from './output.ts';
import {reportsBytesSent, reportsPeerWindow} from './version.ts';

/** States in which the peer has not sent a window yet, or its last one is out of date. */
const statesWithoutWindow: ReadonlySet<KernelState> = new Set([
	'LISTEN',
	'SYN-SENT',
	'SYN-RECV',
	'TIME-WAIT',
	'UNCONN',
]);

/** A word before a value, and the slots that hold the value while a line is parsed. */
type Word = {bytes: Uint8Array; isRate: boolean; slot: number; secondSlot: number};

/** Hashes a name's bytes: a lookup by number allocates no string. */
const hashByte = (hash: number, code: number): number => (Math.imul(hash, 31) + code) | 0;
const wordsByHash = new Map<number, Word>();
const addWord = (text: string, form: TcpInfoField['form'], slot: number): void => {
	const bytes = latin1Bytes(text);
	const hash = bytes.reduce(hashByte, 0);
	const word = wordsByHash.get(hash) ?? {bytes, isRate: form === 'rate', slot: -1, secondSlot: -1};
	wordsByHash.set(hash, form === 'second' ? {...word, secondSlot: slot} : {...word, slot});
};

/** A field's slot is its index here; the next one is the window scale's, which is parsed but not stored. */
const fieldNames = tcpInfoEntries.map(({name}) => name);
const slotOf = (name: TcpInfoName): number => fieldNames.indexOf(name);
const slots = {
	rto: slotOf('rtoMs'),
	cwnd: slotOf('cwnd'),
	...{rtt: slotOf('rttMs'), retransNow: slotOf('retransNow'), retransTotal: slotOf('retransTotal')},
	wscale: fieldNames.length,
};
for (const [slot, {word, form}] of tcpInfoEntries.entries()) if (word !== null) addWord(word, form, slot);
addWord('wscale', undefined, slots.wscale);
const slotValues = new Float64Array(fieldNames.length + 1);

/**
 * Detects a peer window anywhere in an output: then this kernel reports them, and a missing one is 0.
 *
 * ss prints windows behind all text from outside: an apparent window before a mark or a process is a part of
 * a cgroup's path or of a name.
 */
export const hasPeerWindow = ({bytes, version}: Pick<SsOutput, 'bytes' | 'version'>): boolean => {
	if (!reportsPeerWindow(version)) return false;
	for (
		let at = bytes.indexOf(windowField);
		at !== -1;
		at = bytes.indexOf(windowField, at + windowField.length)
	) {
		const end = bytes.indexOf(0x0a, at);
		const rest = bytes.toString('latin1', at + windowField.length, end === -1 ? bytes.length : end);
		if (/^[1-9]/.test(rest) && !/ [<-]-[->]|",pid=/.test(rest)) return true;
	}
	return false;
};
const windowField = ' snd_wnd:';

const skmem = latin1Bytes('skmem:(');

/**
 * Parses the output of `-m` and `-i`.
 *
 * @param from start of that output
 * @param to end of the socket's text
 * @returns `drops` is null without `-m`, `info` where the line has no TCP info
 */
// skmem:(r0,rb131072,…,d27) ts sack bbr rto:204 rtt:0.05/0.025 cwnd:10 delivery_rate 11904000000bps retrans:1/8 snd_wnd:65536
export const parseTcpInfo = (
	output: SsOutput,
	state: KernelState,
	from: number,
	to: number,
): {drops: number | null; info: TcpInfo | null} => {
	const {bytes} = output;
	slotValues.fill(Number.NaN);
	let drops: number | null = null;
	let congestion: string | null = null;
	let lastFlagFrom = -1;
	let lastFlagTo = -1;
	for (let at = skipBlanks(bytes, from, to); at < to; ) {
		let hash = 0;
		let colon = at;
		for (; colon < to && bytes[colon] !== 0x3a && !isBlank(bytes[colon]); colon++) {
			hash = hashByte(hash, bytes[colon] ?? 0);
		}
		const word = wordAt(hash, bytes, at, colon);
		const end = endOfField(bytes, colon, to);
		let next = skipBlanks(bytes, end, to);
		if (colon === end) {
			if (word?.isRate) {
				storeFirst(word.slot, parseBitRate(bytes, next, to));
				next = skipBlanks(bytes, endOfField(bytes, next, to), to);
			}
			lastFlagFrom = at;
			lastFlagTo = end;
		} else if (word !== undefined) {
			const {slot, secondSlot} = word;
			// The name of the congestion control is right before the first of these two, which follow each other.
			if ((slot === slots.wscale || slot === slots.rto) && isUnset(slots.wscale) && isUnset(slots.rto)) {
				congestion = parseCongestion(bytes, lastFlagFrom, lastFlagTo);
			}
			if (secondSlot !== -1 && isUnset(slot))
				slotValues[secondSlot] = parseSecondNumber(bytes, colon + 1, end);
			storeFirst(slot, parseNumberAt(bytes, colon + 1, end));
		} else if (drops === null && startsWith(bytes, at, end, skmem)) drops = parseDrops(bytes, at, end);
		at = next;
	}
	if (isUnset(slots.cwnd) || state === 'LISTEN') return {drops, info: null};
	if (isUnset(slots.retransTotal))
		slotValues[slots.retransTotal] = slotValues[slots.retransNow] ?? Number.NaN;
	const hasRetransmitted = !isUnset(slots.retransTotal) && slotValues[slots.retransTotal] !== 0;
	// `ss -E` shows a reset socket after tcp_disconnect() has cleared it: these are not its last counters.
	if (state === 'UNCONN' && isUnset(slots.rtt) && !hasRetransmitted) return {drops, info: null};
	const info: TcpInfo = {...absentTcpInfo, congestion};
	storeFields(info as Record<TcpInfoName, number | string | null>);
	// bytes_acked includes the SYN, and bytes_sent does not.
	if (reportsBytesSent(output.version) && info.bytesAcked <= 1 && info.unacked === 0) info.bytesSent ??= 0;
	if (!statesWithoutWindow.has(state) && output.peerWindowReported()) info.peerWindow ??= 0;
	return {drops, info};
};

/** Stores the parsed values; fields that the line lacks keep their defaults. */
const storeFields = (info: Record<TcpInfoName, number | string | null>): void => {
	for (let slot = 0; slot < fieldNames.length; slot++) {
		const value = slotValues[slot] ?? Number.NaN;
		const name = fieldNames[slot];
		if (name !== undefined && !Number.isNaN(value)) info[name] = value;
	}
};

const nanToNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const isUnset = (index: number): boolean => Number.isNaN(slotValues[index]);

/** The first value of a repeated field wins. */
const storeFirst = (index: number, value: number): void => {
	if (isUnset(index)) slotValues[index] = value;
};

const wordAt = (hash: number, bytes: Uint8Array, from: number, to: number): Word | undefined => {
	const word = wordsByHash.get(hash);
	if (word === undefined || word.bytes.length !== to - from) return undefined;
	return startsWith(bytes, from, to, word.bytes) ? word : undefined;
};

/** `retrans:NOW/TOTAL`; ss omits it where both are zero. */
const parseSecondNumber = (bytes: Uint8Array, from: number, to: number): number => {
	const slash = indexOfByte(bytes, 0x2f, from, to);
	return slash === -1 ? Number.NaN : parseNumberAt(bytes, slash + 1, to);
};

/** `39125970149bps`; up to 5.x `37449.1Mbps`. */
const parseBitRate = (bytes: Buffer, from: number, to: number): number => {
	const match = /^([\d.e+]+)([KMG]?)bps$/.exec(bytes.toString('latin1', from, endOfField(bytes, from, to)));
	return match ? Math.round(Number(match[1]) * (rateUnits[match[2] ?? ''] ?? Number.NaN)) : Number.NaN;
};
const rateUnits: Readonly<Record<string, number>> = {'': 1, K: 1e3, M: 1e6, G: 1e9};

/** Words that ss prints before the congestion control; a destroyed socket has no congestion control left. */
const tcpFlags: ReadonlySet<string> = new Set(['ts', 'usec_ts', 'sack', 'ecn', 'ecnseen', 'fastopen']);

const parseCongestion = (bytes: Buffer, from: number, to: number): string | null => {
	if (from === -1 || to - from > 16) return null;
	const name = bytes.toString('latin1', from, to);
	return !tcpFlags.has(name) && /^[a-z][\w-]*$/.test(name) ? name : null;
};

/** `d` of skmem: the number of drops at the socket. */
const parseDrops = (bytes: Uint8Array, from: number, to: number): number | null => {
	for (let at = from; at < to - 1; at++) {
		if (bytes[at] === 0x2c && bytes[at + 1] === 0x64) return nanToNull(parseNumberAt(bytes, at + 2, to));
	}
	return null;
};
