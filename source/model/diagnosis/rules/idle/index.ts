/** Findings of the phase `idle`: a connection on which nothing passes, and what comes of that. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {keepaliveOff, keepaliveUnanswered} from './keepalive.ts';
import {inactivityTimeout} from './timeout.ts';

export const idleRules: readonly Rule[] = [inactivityTimeout, keepaliveUnanswered, keepaliveOff];
