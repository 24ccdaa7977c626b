/**
 * The fields of TCP info, in the order of the record format. A field's entry is its only definition: its
 * type, the parser of ss, the comparison of rows, the record, its JSON Schema and the lines of the detail
 * pane derive from it. Where absence means 0 in some releases of ss only, the parser derives it:
 * kernel/ss/parse/tcp-info.ts, with version.ts beside it.
 */
import {sanitize} from '../text/sanitize.ts';
import {formatBytes, formatMs} from './format.ts';

/** One line of the detail pane, at the position of its field. */
export type TcpInfoLine = {
	name: string;
	/** null leaves the line out. */
	text: (info: TcpInfo) => string | null;
	/** Highlights the line. */
	isWaiting?: (info: TcpInfo) => boolean;
	/** Omitted without TCP info, where other lines read "not observed". */
	isOptional?: true;
};

export type TcpInfoField = {
	/** The word before the colon, e.g. `rto` of `rto:204`; null for a value that the parser finds by position. */
	word: string | null;
	/** `second` is TOTAL of `retrans:NOW/TOTAL`, `rate` the number of `delivery_rate 42Mbps`; absent: the number behind the colon. */
	form?: 'second' | 'rate';
	/** `number` may have a fraction. */
	value: 'integer' | 'number' | 'text';
	/**
	 * The value where a line with TCP info lacks the field: null is unknown; `required` fields are never
	 * missing.
	 */
	absent: null | 0 | 'required';
	/**
	 * Set where a change of this field alone changes the row; the others change along with these, or constantly.
	 */
	compare: boolean;
	/** null where not shown. */
	line: TcpInfoLine | null;
	/** For the JSON Schema. */
	description?: string;
};

/** Two fields are null here and yet derived in some cases by the parser: `bytesSent` and `peerWindow`. */
export const tcpInfoFields = {
	/** The congestion control's name, e.g. "cubic". */
	congestion: {word: null, value: 'text', absent: null, compare: false, line: null},
	rtoMs: {word: 'rto', value: 'number', absent: null, compare: false, line: null},
	rttMs: {word: 'rtt', value: 'number', absent: null, compare: true, line: {name: 'rtt', text: rttText}},
	minRttMs: {word: 'minrtt', value: 'number', absent: null, compare: false, line: null},
	/** Doublings of the retransmission timeout. */
	backoff: {word: 'backoff', value: 'integer', absent: 0, compare: true, line: null},
	/** Segments. */
	cwnd: {
		word: 'cwnd',
		value: 'integer',
		absent: 'required',
		compare: true,
		line: {name: 'cwnd', text: cwndText},
	},
	mss: {word: 'mss', value: 'integer', absent: null, compare: false, line: null},
	pmtu: {word: 'pmtu', value: 'integer', absent: null, compare: false, line: null},
	/** Unacknowledged segments, as are the three below. */
	unacked: {word: 'unacked', value: 'integer', absent: 0, compare: true, line: null},
	lost: {word: 'lost', value: 'integer', absent: 0, compare: true, line: null},
	retransNow: {word: 'retrans', value: 'integer', absent: 0, compare: true, line: null},
	retransTotal: {
		word: 'retrans',
		form: 'second',
		value: 'integer',
		absent: 0,
		compare: true,
		line: {name: 'retrans', text: retransText, isWaiting: isRetransmitting},
	},
	bytesRetrans: {word: 'bytes_retrans', value: 'integer', absent: 0, compare: false, line: null},
	/** null where this kernel does not count it. */
	bytesSent: {word: 'bytes_sent', value: 'integer', absent: null, compare: false, line: null},
	bytesAcked: {word: 'bytes_acked', value: 'integer', absent: 0, compare: true, line: null},
	bytesReceived: {word: 'bytes_received', value: 'integer', absent: 0, compare: true, line: null},
	/** Time since the last data segment was sent, and received; null where ss does not print it. */
	lastSentMs: {word: 'lastsnd', value: 'number', absent: null, compare: false, line: null},
	lastReceivedMs: {word: 'lastrcv', value: 'number', absent: null, compare: false, line: null},
	/** The peer's receive window. ss omits a zero: 0 only where other lines carry the field. */
	peerWindow: {
		word: 'snd_wnd',
		value: 'integer',
		absent: null,
		compare: true,
		line: {name: 'window', text: windowText, isWaiting: isWindowClosed},
	},
	deliveryBps: {
		word: 'delivery_rate',
		form: 'rate',
		value: 'number',
		absent: null,
		compare: true,
		line: null,
	},
	/** Time busy sending, and the parts of it limited by the peer's window and by the send buffer. */
	busyMs: {word: 'busy', value: 'number', absent: 0, compare: false, line: null},
	rwndLimitedMs: {word: 'rwnd_limited', value: 'number', absent: 0, compare: false, line: null},
	sndbufLimitedMs: {
		word: 'sndbuf_limited',
		value: 'number',
		absent: 0,
		compare: false,
		line: {name: 'held by', text: limitedText, isWaiting: () => true, isOptional: true},
	},
} as const;

type Fields = typeof tcpInfoFields;
export type TcpInfoName = keyof Fields;
type TcpInfoValues = {
	[Name in TcpInfoName]:
		| (Fields[Name]['value'] extends 'text' ? string : number)
		| (Fields[Name]['absent'] extends null ? null : never);
};

/** The output of `ss -i`. A field is null where the line lacks it and its absence has no known meaning. */
// An interface, because the lines of the table read it: a type alias would be circular.
export interface TcpInfo extends TcpInfoValues {}

/** "1.7 ≥ 0.40 ms": now, and the minimum so far; a common unit is written once. */
function rttText({rttMs, minRttMs}: TcpInfo): string {
	if (minRttMs === null) return formatMs(rttMs);
	const [now, least] = [formatMs(rttMs), formatMs(minRttMs)];
	return `${now.endsWith(' ms') && least.endsWith(' ms') ? now.slice(0, -3) : now} ≥ ${least}`;
}

function cwndText({cwnd, congestion}: TcpInfo): string {
	return `${cwnd} ${sanitize(congestion ?? '')}`.trimEnd();
}

/** "3 now 1 4.2k": total so far, in progress, and bytes so far. */
function retransText({retransTotal, retransNow, bytesRetrans}: TcpInfo): string {
	return [
		String(retransTotal),
		retransNow > 0 ? `now ${retransNow}` : '',
		bytesRetrans > 0 ? formatBytes(bytesRetrans) : '',
	]
		.filter(part => part !== '')
		.join('  ');
}

function isRetransmitting({retransNow}: TcpInfo): boolean {
	return retransNow > 0;
}

function windowText(info: TcpInfo): string {
	return isWindowClosed(info) ? '0 (closed)' : formatBytes(info.peerWindow);
}

function isWindowClosed({peerWindow}: TcpInfo): boolean {
	return peerWindow === 0;
}

/** The reasons for waiting while there was data to send, as fractions of that time. */
function limitedText({busyMs, rwndLimitedMs, sndbufLimitedMs}: TcpInfo): string | null {
	const part = (ms: number): string => `${Math.round((100 * Math.min(ms, busyMs)) / busyMs)}%`;
	if (busyMs <= 0 || (rwndLimitedMs <= 0 && sndbufLimitedMs <= 0)) return null;
	const parts = [
		rwndLimitedMs > 0 ? `rwnd ${part(rwndLimitedMs)}` : '',
		sndbufLimitedMs > 0 ? `buf ${part(sndbufLimitedMs)}` : '',
	];
	return parts.filter(text => text !== '').join(', ');
}
