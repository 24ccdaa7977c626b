/** Findings of the phase `read`: nobody takes what came, or nothing comes any more. */
import type {Rule} from '../../../domain/diagnosis.ts';
import {halfOpen} from './read/half-open.ts';
import {notReading} from './read/not-reading.ts';
import {resetAfterIdle, resetUnderLoad} from './read/resets.ts';
import {requestUnanswered} from './read/unanswered.ts';

export const readRules: readonly Rule[] = [
	notReading,
	resetAfterIdle,
	resetUnderLoad,
	requestUnanswered,
	halfOpen,
];
