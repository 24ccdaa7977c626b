/** Findings of the phase `accept`. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {descriptorsExhausted, descriptorsLow} from './descriptors.ts';
import {loopBlocked, loopLate} from './event-loop.ts';
import {acceptQueueFull, acceptQueueGrowing} from './queue.ts';
import {acceptedThenClosed, maxConnectionsReached} from './rejected.ts';

export const acceptRules: readonly Rule[] = [
	acceptQueueFull,
	acceptQueueGrowing,
	loopBlocked,
	loopLate,
	descriptorsLow,
	descriptorsExhausted,
	maxConnectionsReached,
	acceptedThenClosed,
];
