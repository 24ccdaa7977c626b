/** Findings of the phase `close`: only one side has ended, or unsent data was discarded. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {closeWaitLeak, finWaitStuck} from './half-closed.ts';
import {resetAfterEnd} from './reset-after-end.ts';
import {unsentDestroyed} from './unsent.ts';

export const closeRules: readonly Rule[] = [closeWaitLeak, finWaitStuck, resetAfterEnd, unsentDestroyed];
