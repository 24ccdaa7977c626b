/** Findings of the phase `connect`: an attempt was refused, got no answer, or took an unexpected route. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {connectionClosedAtOnce, connectSlow, writesBeforeConnect} from './early.ts';
import {
	connectNoDescriptor,
	ephemeralPortsExhausted,
	ephemeralPortsLow,
	localAddressFamily,
	noSourceAddress,
} from './local-resources.ts';
import {raceAllFailed, raceLost} from './race.ts';
import {connectRefused, connectRefusedElsewhere} from './refused.ts';
import {socketPathMissing, socketPathTooLong, socketQueueFull} from './socket-path.ts';
import {connectSilent, sourceNotRouted} from './timeout.ts';
import {connectBlackhole, connectProhibited, connectScopeMissing, connectUnreachable} from './unreachable.ts';

export const connectRules: readonly Rule[] = [
	connectRefused,
	connectRefusedElsewhere,
	connectSilent,
	sourceNotRouted,
	connectUnreachable,
	connectProhibited,
	connectBlackhole,
	connectScopeMissing,
	socketPathMissing,
	socketPathTooLong,
	socketQueueFull,
	localAddressFamily,
	noSourceAddress,
	ephemeralPortsExhausted,
	ephemeralPortsLow,
	connectNoDescriptor,
	raceLost,
	raceAllFailed,
	connectSlow,
	writesBeforeConnect,
	connectionClosedAtOnce,
];
