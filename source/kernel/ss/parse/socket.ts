import type {KernelSocket} from '../../../domain/kernel.ts';
import {type Parsed, refused} from '../../../shared/result.ts';
import {endOfField, skipBlanks} from '../../parsing/scan.ts';
import {parseInet} from './inet.ts';
import {kindAt, type SsOutput, stateAt} from './output.ts';
import {parseUnix} from './unix.ts';

/** The answer for a line that is about a socket of another kind, so that a table can tell it from one it does not understand. */
export const otherProtocol = refused('the socket is neither TCP, UDP nor unix');
const noState = refused('no state of a socket stands where it must');
const notUnix = refused('the socket is none of those that were asked for');

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
): Parsed<KernelSocket> => {
	const {bytes} = output;
	let {kind} = output;
	let at = skipBlanks(bytes, from, lineTo);
	let end = endOfField(bytes, at, lineTo);
	let state = stateAt(bytes, at, end);
	if (state === undefined) {
		const netid = kindAt(bytes, at, end);
		if (netid === undefined) return noState;
		at = skipBlanks(bytes, end, lineTo);
		end = endOfField(bytes, at, lineTo);
		state = stateAt(bytes, at, end);
		if (state === undefined) return noState;
		if (kind === 'unix' && netid !== 'unix') return notUnix;
		if (netid === null) return otherProtocol;
		kind = netid;
	}
	if (kind === 'unix') return parseUnix(state, bytes.toString('latin1', end, to));
	return parseInet(output, kind, state, end, lineTo, to);
};
