/** Findings of the phase `connect`: an attempt was refused, got no answer, or took a way that it should not. */
import type {Rule} from '../../../domain/diagnosis.ts';
import {closedAtOnce, connectSlow, writesBeforeConnect} from './connect/early.ts';
import {localFamily, noDescriptor, noSource, portsExhausted, portsLow} from './connect/local.ts';
import {raceFailed, raceLost} from './connect/race.ts';
import {refused, refusedElsewhere} from './connect/refused.ts';
import {silent, sourceNotRouted} from './connect/silent.ts';
import {blackhole, prohibited, scopeMissing, unreachable} from './connect/unreachable.ts';

export const connectRules: readonly Rule[] = [
	refused,
	refusedElsewhere,
	silent,
	sourceNotRouted,
	unreachable,
	prohibited,
	blackhole,
	scopeMissing,
	localFamily,
	noSource,
	portsExhausted,
	portsLow,
	noDescriptor,
	raceLost,
	raceFailed,
	connectSlow,
	writesBeforeConnect,
	closedAtOnce,
];
