/** Findings of the phase `idle`: an inactivity timeout, and TCP keepalive unanswered or off. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {keepaliveOff, keepaliveUnanswered} from './keepalive.ts';
import {inactivityTimeout} from './timeout.ts';

export const idleRules: readonly Rule[] = [inactivityTimeout, keepaliveUnanswered, keepaliveOff];
