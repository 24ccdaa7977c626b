/** Reads a row's steps for the timeline. Pure. */

import type {StepName} from '../../domain/operation.ts';
import type {Row, Step} from '../../domain/row.ts';
import {sanitize} from '../../text/sanitize.ts';
import type {Lane, LaneName, Span} from './types.ts';

export type StepView = {at: number; step: StepName; detail: Step['fields']};

/** @returns the first step with one of these names */
export const firstStep = ({steps}: Row, ...names: readonly StepName[]): StepView | undefined => {
	const first = steps.find(({step}) => names.includes(step));
	return first && {at: first.at, step: first.step, detail: first.fields};
};

/** @returns when JavaScript closed the socket; null while it is open */
export const closedAtOf = (row: Row): number | null => firstStep(row, 'close')?.at ?? row.closedAt;

/** Steps that end any wait. */
const waitEndingSteps: readonly string[] = ['error', 'peer-end', 'close'];

/** @returns when a wait that began at `from` ended without success; null while it may go on */
export const waitEndsAt = (row: Row, from: number): number | null =>
	row.steps.find(({step, at}) => at >= from && waitEndingSteps.includes(step))?.at ?? row.closedAt;

/** @param more fields that differ from a lane of both ends without a remark */
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

/** Some steps are reported late, even after the end of the span that they begin. */
const orderedSpan = ({from, to}: Span): Span => ({from, to: to === null ? null : Math.max(from, to)});

/** @returns a text field of a step, sanitized; null for other types, and for an empty text */
export const toText = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' ? sanitize(value) : null;
