/** Findings of the phase `write`: written data is not sent, gets lost, or has no receiver left. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {brokenPipe, dataRetransmits} from './failures.ts';
import {writeIgnoredFalse} from './ignored-backpressure.ts';
import {outputDropped} from './output-dropped.ts';
import {pathMtu} from './path-mtu.ts';
import {peerNotReading, slowReader} from './peer-not-reading.ts';

export const writeRules: readonly Rule[] = [
	peerNotReading,
	slowReader,
	writeIgnoredFalse,
	brokenPipe,
	dataRetransmits,
	pathMtu,
	outputDropped,
];
