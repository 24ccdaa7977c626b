import type {KernelSocket} from '../../../domain/kernel.ts';
import {err, type Result} from '../../../shared/result.ts';
import {endOfField, skipBlanks} from '../../parsing/scan.ts';
import {parseInet} from './inet.ts';
import {kindAt, type SsOutput, stateAt} from './output.ts';
import {parseUnix} from './unix.ts';

/** The result for a line with a socket of another kind, as opposed to a line that does not parse. */
export const unsupportedProtocol = err('the socket is neither TCP, UDP nor unix');
const missingState = err('no state of a socket stands where it must');
const notUnixSocket = err('the socket is none of those that were asked for');

/**
 * Parses one socket of ss.
 *
 * @param output the whole output
 * @param from start of the socket's line
 * @param lineTo end of that line, without the line feed; padding is allowed
 * @param to end of the lines that continue it
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
