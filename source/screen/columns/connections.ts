/** The connections table: its columns, and their growth on a wide terminal. */

import {isOver} from '../../domain/stage.ts';
import type {GrowthStep, RowTable} from '../table/cells.ts';
import {minFullAddressWidth} from './column-texts.ts';
import {connectionColumns} from './connection-columns.ts';

const growthSteps: readonly GrowthStep[] = [
	{id: 'peer', toWidth: 17},
	{id: 'process', toWidth: 10},
	{gapAfter: 'severity', toWidth: 1},
	{id: 'process', toWidth: 14},
	{gapAfter: 'local', toWidth: 1},
	{gapAfter: 'role', toWidth: 1},
	{id: 'stage', toWidth: 14},
	{id: 'peer', toWidth: 21},
	{id: 'state', toWidth: 10, allOrNothing: true},
	{id: 'stage', toWidth: 16},
	{id: 'peer', toWidth: 27},
	{gapAfter: 'peer', toWidth: 2},
	{gapAfter: 'stage', toWidth: 2},
	{gapAfter: 'process', toWidth: 2},
	{gapAfter: 'recvq', toWidth: 2},
	{gapAfter: 'receivedrate', toWidth: 2},
	{gapAfter: 'route', toWidth: 2},
	{gapAfter: 'age', toWidth: 2},
	{id: 'flow', toWidth: 10},
	{id: 'process', toWidth: 18},
	{id: 'peer', toWidth: 30},
	{id: 'buffers', toWidth: 10},
	{id: 'route', toWidth: 22},
	{id: 'sendq', toWidth: 6, allOrNothing: true},
	{id: 'recvq', toWidth: 6, allOrNothing: true},
	{id: 'bytes', toWidth: 5},
	{id: 'jsout', toWidth: 7, allOrNothing: true},
	{id: 'jsin', toWidth: 7, allOrNothing: true},
	{id: 'local', toWidth: minFullAddressWidth, allOrNothing: true},
	{id: 'stage', toWidth: 19},
	{id: 'local', toWidth: 21},
	{id: 'label', toWidth: 24},
	{id: 'flow', toWidth: 20},
	{id: 'buffers', toWidth: 20},
	{id: 'peer', toWidth: 40},
	{id: 'joined', toWidth: 9},
	{gapAfter: 'label', toWidth: 2},
	{id: 'label', toWidth: 48},
	{id: 'peer', toWidth: 64},
];

export const connectionTable: RowTable = {columns: connectionColumns, growth: growthSteps, isOver};
