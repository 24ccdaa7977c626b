import type {Row, Step} from '../../../domain/row.ts';

/**
 * A reset that came after this side's end, and before the other side's.
 *
 * @returns null where the connection ended otherwise
 */
export function resetAfterEndOf({steps, http, kind}: Row): {endedAt: number; error: Step} | null {
	const error = steps.findLast(({step}) => step === 'error');
	if (error?.fields.message !== 'read ECONNRESET' || kind === 'udp' || (http?.open ?? 0) > 0) return null;
	const endedAt = steps.findLast(({step}) => step === 'local-end')?.at ?? null;
	if (endedAt === null || endedAt > error.at) return null;
	return steps.some(({step, at}) => step === 'peer-end' && at <= error.at) ? null : {endedAt, error};
}
