import type {KernelSocket, KernelState, Shutdown} from '../../../domain/kernel.ts';
import {err, ok, type Result} from '../../../shared/result.ts';
import {endOfUsers} from './users.ts';

/** The kernel's limit for a path (sun_path of unix(7)). */
const maxPathBytes = 108;
/** The column of the path is as wide as its longest one, in which ss may count other bytes than netwatch. */
const maxColumnLength = 4 * maxPathBytes;

/**
 * Parses a unix socket of `ss -x`, with any of `-O -a -e -m -p`. ss prints neither its cookie nor its owner,
 * and its peer by inode alone; the `ino:` of `-e` is the file's.
 *
 * A path may contain any text, even an imitation of the fields behind it. The true fields are those with
 * nothing but the valid rest of a line behind them.
 *
 * @param state the state before `text`
 * @param text the line behind the state, decoded as latin1
 */
// 0 5 /run/a b.sock 31698627 * 31698626 users:(("node",pid=1,fd=79)) skmem:(r0,…,d0) --> ino:2156907 dev:0/65024 peers: 5 6
export const parseUnix = (state: KernelState, text: string): Result<KernelSocket> => {
	const queues = /^\s*(\d{1,15})\s+(\d{1,15})\s+(?=\S)/.exec(text);
	if (queues === null) return err('a queue is no number');
	const nameFrom = queues[0].length;
	inodeColumnsPattern.lastIndex = nameFrom;
	for (let match = inodeColumnsPattern.exec(text); match !== null; match = inodeColumnsPattern.exec(text)) {
		const name = text.slice(nameFrom, match.index).trimEnd();
		if (name.length > maxPathBytes || match.index - nameFrom > maxColumnLength) break;
		const trailing = parseTrailingFields(text, inodeColumnsPattern.lastIndex);
		inodeColumnsPattern.lastIndex = match.index + 1;
		if (trailing === null || name === '') continue;
		const [, inode, peerName, peerInode] = match;
		return ok({
			kind: 'unix',
			state,
			local: parsePath(name),
			peer: parsePath(peerName ?? '*'),
			recvQ: Number(queues[1]),
			sendQ: Number(queues[2]),
			inode: Number(inode) || null,
			peerInode: Number(peerInode) || null,
			cookie: null,
			uid: null,
			timer: null,
			device: null,
			v6only: null,
			...trailing,
			info: null,
		});
	}
	return err('no name and inode of a unix socket stand where they must');
};

/** The socket's inode, its peer's name (where ss reads it from /proc) and its peer's inode. */
const inodeColumnsPattern = /\s(\d{1,10})\s+(\S{1,108}) (\d{1,10})(?=\s|$)/g;

type TrailingFields = {shutdown: Shutdown | null; drops: number | null};

/** @returns null where the text is not the rest of a line */
const parseTrailingFields = (text: string, from: number): TrailingFields | null => {
	let at = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
	if (text.startsWith('users:(', at)) {
		at = endOfUsers(text, at);
		if (at === -1) return null;
	}
	const match = trailingFieldsPattern.exec(text.slice(at));
	if (match === null) return null;
	const {drops, mark} = match.groups ?? {};
	return {shutdown: isShutdownMark(mark) ? mark : null, drops: drops === undefined ? null : Number(drops)};
};

// In this order; ss 7.1 and 4.4 alike.
const trailingFieldsPattern =
	/^\s*(?:skmem:\([a-z\d,]*?(?:,d(?<drops>\d{1,10}))?\)\s*)?(?<mark><->|-->|<--|---)?(?:\s+ino:\d+ dev:\d+\/\d+)?(?:\s+peers:(?: \d+)*)?\s*$/;

const isShutdownMark = (text: string | undefined): text is Shutdown =>
	text === '<->' || text === '-->' || text === '<--' || text === '---';

/** `@` begins an abstract name, `*` is no name, `?` a peer outside the list. */
const parsePath = (name: string): KernelSocket['local'] =>
	name === '*' || name === '?' ? null : {path: Buffer.from(name, 'latin1').toString('utf8')};
