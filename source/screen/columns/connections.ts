/** The connections table: its columns, and what each gets of a wide terminal. */

import {isOver} from '../../domain/stage.ts';
import type {Growth, RowTable} from '../table/cells.ts';
import {fullAddressWidth} from './column-texts.ts';
import {columns} from './connection-columns.ts';

const growth: readonly Growth[] = [
	{id: 'peer', to: 17},
	{id: 'process', to: 10},
	{gapOf: 'found', to: 1},
	{id: 'process', to: 14},
	{gapOf: 'local', to: 1},
	{gapOf: 'direction', to: 1},
	{id: 'stage', to: 14},
	{id: 'peer', to: 21},
	{id: 'state', to: 10, whole: true},
	{id: 'stage', to: 16},
	{id: 'peer', to: 27},
	{gapOf: 'peer', to: 2},
	{gapOf: 'stage', to: 2},
	{gapOf: 'process', to: 2},
	{gapOf: 'recvq', to: 2},
	{gapOf: 'in-rate', to: 2},
	{gapOf: 'route', to: 2},
	{gapOf: 'age', to: 2},
	{id: 'flow', to: 10},
	{id: 'process', to: 18},
	{id: 'peer', to: 30},
	{id: 'buffers', to: 10},
	{id: 'route', to: 22},
	{id: 'sendq', to: 6, whole: true},
	{id: 'recvq', to: 6, whole: true},
	{id: 'bytes', to: 5},
	{id: 'out', to: 7, whole: true},
	{id: 'in', to: 7, whole: true},
	{id: 'local', to: fullAddressWidth, whole: true},
	{id: 'stage', to: 19},
	{id: 'local', to: 21},
	{id: 'label', to: 24},
	{id: 'flow', to: 20},
	{id: 'buffers', to: 20},
	{id: 'peer', to: 40},
	{id: 'joined', to: 9},
	{gapOf: 'label', to: 2},
	{id: 'label', to: 48},
	{id: 'peer', to: 64},
];

export const connectionTable: RowTable = {columns, growth, isOver};
