import type {KernelTimer} from '../model/types.ts';
import {ownText} from './own-text.ts';
import {parseTimer} from './parse-timer.ts';
import {digits, endOfField, skipSpaces} from './scan.ts';

/** What `-o` and `-e` add to a line. */
export type Extended = {
	timer: KernelTimer | null;
	/** As printed: 0 is a socket without an inode, null is a line without the field. */
	inode: number | null;
	cookie: string | null;
	/** null where not printed: ss leaves root's 0 out. */
	uid: number | null;
	v6only: boolean | null;
	/** Where skmem and TCP info begin. */
	rest: number;
};

/**
 * The fields between the peer's address and skmem, in ss's order. Two of them hold text from outside, and neither can
 * pass for another field: the process names of `users:`, and the path of `cgroup:`.
 *
 * @param line The whole line.
 * @param from Behind the peer's address.
 * @param to Where the line ends, without its padding.
 * @param secondsAsMs See parseTimer.
 */
// users:(("node",pid=1,fd=2)) timer:(on,21sec,7) uid:33 ino:32401 sk:12 fwmark:0x2a cgroup:/ v6only:0 <->
export const parseExtended = (line: string, from: number, to: number, secondsAsMs: boolean): Extended => {
	const found: Extended = {timer: null, inode: null, cookie: null, uid: null, v6only: null, rest: to};
	let at = skipSpaces(line, from);
	if (line.startsWith('users:(', at)) {
		at = endOfUsers(line, at + 7);
		if (at === -1) return found;
		at = skipSpaces(line, at);
	}
	if (line.startsWith('timer:(', at)) {
		const close = line.indexOf(')', at);
		if (close === -1) return found;
		found.timer = parseTimer(line.slice(at + 7, close), secondsAsMs);
		at = skipSpaces(line, close + 1);
	}
	while (at < to) {
		const end = endOfField(line, at);
		if (line.startsWith('ino:', at)) found.inode = numberOrNull(line, at + 4, end);
		else if (line.startsWith('sk:', at)) found.cookie = hexadecimal(line, at + 3, end);
		else if (line.startsWith('uid:', at)) found.uid = numberOrNull(line, at + 4, end);
		else if (line.startsWith('v6only:', at)) found.v6only = line.charCodeAt(at + 7) === 0x31;
		else if (line.startsWith('cgroup:', at)) return behindCgroup(line, at, to, found);
		else if (isMark(line, at)) {
			found.rest = skipSpaces(line, end);
			return found;
		} else if (!line.startsWith('fwmark:', at)) break;
		at = skipSpaces(line, end);
	}
	found.rest = at;
	return found;
};

/**
 * The path of a cgroup may hold spaces, so what follows it is found from behind: nothing after the mark comes from
 * outside, hence the last mark is ss's own.
 */
const behindCgroup = (line: string, from: number, to: number, found: Extended): Extended => {
	const path = skipSpaces(line, endOfField(line, from));
	if (isMark(line, path) && path + 3 === to) return found;
	let mark = -1;
	for (const text of [' <->', ' -->', ' <--', ' ---']) mark = Math.max(mark, line.lastIndexOf(text, to));
	if (mark <= from) return found;
	const before = line.slice(Math.max(from, mark - 9), mark);
	if (before === ' v6only:1' || before === ' v6only:0') found.v6only = before.endsWith('1');
	found.rest = skipSpaces(line, mark + 4);
	return found;
};

/**
 * Behind `users:(("NAME",pid=N,fd=N),…)`. ss does not escape names before 6.8. A name has at most 15 bytes, and what
 * must stand between two names has at least 16: so the last `",pid=` within 15 characters of a name's begin ends it,
 * whatever the name holds.
 *
 * @returns -1 where the list does not end as it must.
 */
const endOfUsers = (line: string, from: number): number => {
	let at = from;
	while (line.startsWith('("', at)) {
		const quote = line.lastIndexOf('",pid=', at + 2 + 15);
		if (quote < at + 2) return -1;
		entryEnd.lastIndex = quote;
		const entry = entryEnd.exec(line);
		if (entry === null) return -1;
		at = entryEnd.lastIndex;
		if (line.charCodeAt(at) === 0x29) return at + 1;
		if (line.charCodeAt(at) !== 0x2c) return -1;
		at++;
	}
	return -1;
};
const entryEnd = /",pid=\d{1,10},fd=\d{1,10}\)/y;

const isMark = (line: string, at: number): boolean =>
	line.startsWith('<->', at) ||
	line.startsWith('-->', at) ||
	line.startsWith('<--', at) ||
	line.startsWith('---', at);

const numberOrNull = (line: string, from: number, to: number): number | null => {
	const value = digits(line, from, to);
	return value === -1 ? null : value;
};

/** A cookie has 64 bits. */
const hexadecimal = (line: string, from: number, to: number): string | null => {
	if (to <= from || to - from > 16) return null;
	for (let at = from; at < to; at++) {
		const code = line.charCodeAt(at);
		if ((code < 0x30 || code > 0x39) && (code < 0x61 || code > 0x66)) return null;
	}
	return ownText(line.slice(from, to));
};
