/** How the timeline reads a row's steps. Pure. */

import type {Row, Step} from '../../domain/row.ts';
import {clean} from '../../text/sanitize.ts';
import type {Lane, LaneName, Span} from './types.ts';

export type ReadStep = {at: number; step: string; detail: Step['fields']};

/** @returns the first step with one of these names */
export const first = ({steps}: Row, ...names: readonly string[]): ReadStep | undefined => {
	const found = steps.find(({step}) => names.includes(step));
	return found && {at: found.at, step: found.step, detail: found.fields};
};

/** @returns when JavaScript was done with it; null while it is not */
export const closedAt = (row: Row): number | null => first(row, 'close')?.at ?? row.closedAt;

/** What ends any waiting. */
const endings: readonly string[] = ['error', 'peer-end', 'close'];

/** @returns when nothing could come any more that was waited for since `from`; null while it could */
export const stopsAt = (row: Row, from: number): number | null =>
	row.steps.find(({step, at}) => at >= from && endings.includes(step))?.at ?? row.closedAt;

/** @returns a lane of both ends together without anything to remark, but for what is given */
export const laneOf = (
	name: LaneName,
	spans: readonly Span[],
	more: Partial<Pick<Lane, 'side' | 'address' | 'outcome' | 'note'>> = {},
): Lane => ({name, spans: spans.map(inOrder), side: null, address: null, outcome: null, note: null, ...more});

/** Some steps are noticed late, also after the end of what they begin. */
const inOrder = ({from, to}: Span): Span => ({from, to: to === null ? null : Math.max(from, to)});

/** @returns a field of a step as text, cleaned; null where it is none */
export const textOf = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' ? clean(value) : null;
