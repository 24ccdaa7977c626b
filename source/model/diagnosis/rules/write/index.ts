/** Findings of the phase `write`: what is written does not leave, gets lost, or has nobody left to go to. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {brokenPipe, dataRetransmits} from './failures.ts';
import {writeIgnoredFalse} from './ignored-backpressure.ts';
import {peerNotReading, slowReader} from './peer-not-reading.ts';

export const writeRules: readonly Rule[] = [
	peerNotReading,
	slowReader,
	writeIgnoredFalse,
	brokenPipe,
	dataRetransmits,
];
