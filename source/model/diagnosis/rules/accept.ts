/** Findings of the phase `accept`. */
import type {Rule} from '../../../domain/diagnosis.ts';
import {exhausted, low} from './accept/descriptors.ts';
import {blocked, late} from './accept/loop.ts';
import {full, growing} from './accept/queue.ts';
import {closedAtOnce, limited} from './accept/turned-away.ts';

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
