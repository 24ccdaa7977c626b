/** Rows of one connection by hand, and their timeline. */

import type {StepName} from '../../../source/domain/operation.ts';
import type {ProcessRow, Row, Step} from '../../../source/domain/row.ts';
import {timelineOf} from '../../../source/query/timeline/index.ts';
import type {Lane, ObservedEnd, Timeline} from '../../../source/query/timeline/types.ts';
import {makeRow, openedAt} from './row.ts';

/** ms after the row was opened. */
export const at = (ms: number): number => openedAt + ms;
export const step = (ms: number, name: StepName, fields: Record<string, unknown> = {}): Step => ({
	at: at(ms),
	step: name,
	fields,
});
export const address = (host: string, port = 443): Record<string, unknown> => ({
	address: {address: host, port, family: host.includes(':') ? 6 : 4},
});
export const span = (from: number, to: number | null): Record<string, unknown> => ({
	from: at(from),
	to: to === null ? null : at(to),
});

export const clientSteps = [
	step(0, 'create'),
	step(1, 'attempt', address('127.0.0.1', 3000)),
	step(2, 'connect'),
] as const;
export const client = (steps: readonly Step[] = [], overrides: Partial<Row> = {}): Row =>
	makeRow({role: 'client', steps: [...clientSteps, ...steps], ...overrides});
export const server = (accepted: number, steps: readonly Step[] = [], overrides: Partial<Row> = {}): Row =>
	makeRow({
		role: 'server',
		proc: 2,
		openedAt: at(accepted),
		steps: [step(accepted, 'create'), step(accepted, 'accept'), ...steps],
		...overrides,
	});

type Other = {pair?: Row; thread?: ProcessRow; pairThread?: ProcessRow; now?: number};
export const timeline = (row: Row, {pair, thread, pairThread, now = 1000}: Other = {}): Timeline => {
	const other: ObservedEnd | null = pair === undefined ? null : {row: pair, thread: pairThread ?? null};
	return timelineOf({row, thread: thread ?? null}, {pair: other, now: at(now)});
};
export const lanes = (of: Timeline, name: Lane['name']): Lane[] =>
	of.lanes.filter(lane => lane.name === name);
export const lane = (of: Timeline, name: Lane['name']): Lane | undefined => lanes(of, name)[0];
export const eventNames = ({events}: Timeline): string[] =>
	events.map(({side, name: what}) => `${side} ${what}`);
