/** How the timeline reads a row's steps. Pure. */

import type {Row, Step} from '../../domain/row.ts';
import {sanitize} from '../../text/sanitize.ts';
import type {Lane, LaneName, Span} from './types.ts';

export type StepView = {at: number; step: string; detail: Step['fields']};

/** @returns the first step with one of these names */
export const firstStep = ({steps}: Row, ...names: readonly string[]): StepView | undefined => {
	const found = steps.find(({step}) => names.includes(step));
	return found && {at: found.at, step: found.step, detail: found.fields};
};

/** @returns when JavaScript was done with it; null while it is not */
export const closedAtOf = (row: Row): number | null => firstStep(row, 'close')?.at ?? row.closedAt;

/** What ends any waiting. */
const endingSteps: readonly string[] = ['error', 'peer-end', 'close'];

/** @returns when nothing could come any more that was waited for since `from`; null while it could */
export const waitEndsAt = (row: Row, from: number): number | null =>
	row.steps.find(({step, at}) => at >= from && endingSteps.includes(step))?.at ?? row.closedAt;

/** @returns a lane of both ends together without anything to remark, but for what is given */
export const createLane = (
	name: LaneName,
	spans: readonly Span[],
	more: Partial<Pick<Lane, 'side' | 'address' | 'outcome' | 'note'>> = {},
): Lane => ({
	name,
	spans: spans.map(orderedSpan),
	side: null,
	address: null,
	outcome: null,
	note: null,
	...more,
});

/** Some steps are noticed late, also after the end of what they begin. */
const orderedSpan = ({from, to}: Span): Span => ({from, to: to === null ? null : Math.max(from, to)});

/** @returns a field of a step as text, cleaned; null where it is none */
export const toText = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' ? sanitize(value) : null;
