/** What a connection carries, as far as its HTTP messages show. */
import type {Row} from '../../../domain/row.ts';

type HttpUse = Pick<Row, 'http'>;

/**
 * The connection speaks HTTP, and no request is under way. Not so on a tunnel or after an upgrade, where
 * requests are not seen.
 */
export const isHttpAtRest = ({http}: HttpUse): boolean => http?.open === 0 && !hasLeftHttp({http});

/** A tunnel by CONNECT, or a connection after an upgrade. */
export const hasLeftHttp = ({http}: HttpUse): boolean =>
	http !== null && http.protocol !== null && http.protocol !== 'h2';
