/** Findings of the phase `accept`. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {exhausted, low} from './descriptors.ts';
import {blocked, late} from './event-loop.ts';
import {full, growing} from './queue.ts';
import {closedAtOnce, limited} from './rejected.ts';

export const acceptRules: readonly Rule[] = [
	full,
	growing,
	blocked,
	late,
	low,
	exhausted,
	limited,
	closedAtOnce,
];
