/** Findings of the phase `connect`: an attempt was refused, got no answer, or took a way that it should not. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {closedAtOnce, connectSlow, writesBeforeConnect} from './early.ts';
import {localFamily, noDescriptor, noSource, portsExhausted, portsLow} from './local-resources.ts';
import {raceFailed, raceLost} from './race.ts';
import {refused, refusedElsewhere} from './refused.ts';
import {silent, sourceNotRouted} from './timeout.ts';
import {blackhole, prohibited, scopeMissing, unreachable} from './unreachable.ts';

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
