/** Findings of the phase `read`: received data is not read, or no data arrives. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {halfOpen} from './half-open.ts';
import {notReading} from './not-reading.ts';
import {resetAfterIdle, resetUnderLoad} from './resets.ts';
import {requestUnanswered} from './unanswered.ts';
import {unixReset} from './unix-reset.ts';

export const readRules: readonly Rule[] = [
	notReading,
	resetAfterIdle,
	resetUnderLoad,
	unixReset,
	requestUnanswered,
	halfOpen,
];
