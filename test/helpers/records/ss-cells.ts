/**
 * The output of `ss`, parsed without the product's parsers into the names of the record format: a reference for
 * netwatch's rows.
 */

/** By the names in a row's `kernel`, with the tuple and the timer flattened. */
export type Cells = Readonly<Record<string, string | number | boolean | null>>;

/** Arguments of `ss` for all that `cellsOf` reads, one socket a line. */
export const ssArguments = ['-H', '-O', '-n', '-a', '-e', '-i', '-m'] as const;

const text = (line: string, pattern: RegExp): string | null => pattern.exec(line)?.[1] ?? null;
const number = (line: string, pattern: RegExp, scale = 1): number | null => {
	const found = text(line, pattern);
	return found === null ? null : Number((Number(found) * scale).toFixed(6));
};

/**
 * @param line of `ss -t` or `ss -u` with `ssArguments`
 * @param showsWindow whether this kernel reports peer windows: then a missing one is a closed one
 */
export const cellsOf = (line: string, showsWindow = true): Cells => {
	const [state = '', recvQ, sendQ, local = '', peer = ''] = line.split(/ +/);
	const isListening = state === 'LISTEN' || state === 'UNCONN';
	// ss prints nothing but "cwnd:10" for a listener.
	const hasInfo = state !== 'LISTEN' && / cwnd:/.test(line);
	// The window is left out where it is closed, and where the peer has not advertised any.
	const noWindow = showsWindow && state !== 'SYN-SENT' ? 0 : null;
	const orZero = (value: number | null): number | null => (hasInfo ? (value ?? 0) : null);
	return {
		state,
		recvQ: Number(recvQ),
		sendQ: Number(sendQ),
		local: plainAddress(local),
		peer: isListening ? null : plainAddress(peer),
		inode: number(line, / ino:(\d+)/) || null,
		cookie: text(line, / sk:(\w+)/),
		// The cell is left out where it is 0, and where the socket has no owner.
		uid: number(line, / uid:(\d+)/) ?? (/ ino:0 /.test(`${line} `) ? null : 0),
		timer: text(line, / timer:\((\w+)/),
		timerCount: number(line, / timer:\(\w+,[^,]*,(\d+)/),
		device: text(local, /%([^:\]]+)/),
		v6only: text(line, / v6only:(\d)/) === null ? null : text(line, / v6only:(\d)/) === '1',
		shutdown: text(line, / (<->|<--|-->|---)(?: |$)/),
		// On a connection the kernel counts keepalive probes there, which are no drops.
		drops: isListening ? number(line, / skmem:\([^)]*,d(\d+)\)/) : null,
		rtoMs: number(line, / rto:([\d.]+)/),
		rttMs: number(line, / rtt:([\d.]+)/),
		minRttMs: number(line, / minrtt:([\d.]+)/),
		backoff: orZero(number(line, / backoff:(\d+)/)),
		cwnd: hasInfo ? number(line, / cwnd:(\d+)/) : null,
		mss: number(line, / mss:(\d+)/),
		pmtu: number(line, / pmtu:(\d+)/),
		unacked: orZero(number(line, / unacked:(\d+)/)),
		lost: orZero(number(line, / lost:(\d+)/)),
		retransNow: orZero(number(line, / retrans:(\d+)\//)),
		retransTotal: orZero(number(line, / retrans:\d+\/(\d+)/)),
		bytesRetrans: orZero(number(line, / bytes_retrans:(\d+)/)),
		bytesSent: number(line, / bytes_sent:(\d+)/),
		bytesAcked: orZero(number(line, / bytes_acked:(\d+)/)),
		bytesReceived: orZero(number(line, / bytes_received:(\d+)/)),
		peerWindow: hasInfo ? (number(line, / snd_wnd:(\d+)/) ?? noWindow) : null,
		deliveryBps: number(line, / delivery_rate (\d+)bps/),
		busyMs: orZero(number(line, / busy:(\d+)ms/)),
		rwndLimitedMs: orZero(number(line, / rwnd_limited:(\d+)ms/)),
		sndbufLimitedMs: orZero(number(line, / sndbuf_limited:(\d+)ms/)),
	};
};

/**
 * Time until the timer fires, as `ss` before 6.12 prints it: "3.304ms" is 3.304 seconds there.
 *
 * @returns null where there is no timer
 */
export const timerMs = (line: string, secondsAreMs: boolean): number | null => {
	const [, expires] = / timer:\(\w+,([^,]*),/.exec(line) ?? [];
	if (expires === undefined) return null;
	const part = (unit: string): number => Number(new RegExp(`([\\d.]+)${unit}`).exec(expires)?.[1] ?? 0);
	const isFraction = secondsAreMs && /\.\d+ms$/.test(expires);
	return part('min') * 60_000 + part('sec') * 1000 + part('ms') * (isFraction ? 1000 : 1);
};

/** Without brackets and scope, and IPv4 in IPv6 as IPv4: "10.0.0.1 80". */
const plainAddress = (printed: string): string => {
	const at = printed.lastIndexOf(':');
	const host = printed
		.slice(0, at)
		.replace(/[[\]]/g, '')
		.replace(/%.*/, '')
		.replace(/^::ffff:(?=\d+\.)/, '')
		.replace(/^\*$/, '::');
	return `${host} ${printed.slice(at + 1)}`;
};
