import type {KernelSocket} from '../../../domain/kernel.ts';
import {err, type Result} from '../../../shared/result.ts';
import {endOfField, skipBlanks} from '../../parsing/scan.ts';
import {parseInet} from './inet.ts';
import {kindAt, type SsOutput, stateAt} from './output.ts';
import {parseUnix} from './unix.ts';

/** The answer for a line that is about a socket of another kind, so that a table can tell it from one it does not understand. */
export const unsupportedProtocol = err('the socket is neither TCP, UDP nor unix');
const missingState = err('no state of a socket stands where it must');
const notUnixSocket = err('the socket is none of those that were asked for');

/**
 * One socket of ss.
 *
 * @param output Whole output, of which the line is a part.
 * @param from Where its line begins.
 * @param lineTo Where its line ends, without the line feed; padding is allowed.
 * @param to Where the lines that continue it end.
 */
export const parseSocket = (
	output: SsOutput,
	from: number,
	lineTo: number,
	to: number,
): Result<KernelSocket> => {
	const {bytes} = output;
	let {kind} = output;
	let at = skipBlanks(bytes, from, lineTo);
	let end = endOfField(bytes, at, lineTo);
	let state = stateAt(bytes, at, end);
	if (state === undefined) {
		const netid = kindAt(bytes, at, end);
		if (netid === undefined) return missingState;
		at = skipBlanks(bytes, end, lineTo);
		end = endOfField(bytes, at, lineTo);
		state = stateAt(bytes, at, end);
		if (state === undefined) return missingState;
		if (kind === 'unix' && netid !== 'unix') return notUnixSocket;
		if (netid === null) return unsupportedProtocol;
		kind = netid;
	}
	if (kind === 'unix') return parseUnix(state, bytes.toString('latin1', end, to));
	return parseInet(output, kind, state, end, lineTo, to);
};
