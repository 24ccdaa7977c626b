/** The detail and the finding that are open. */

import type {Diagnosis} from '../../domain/diagnosis/diagnosis.ts';
import type {Row} from '../../domain/row.ts';

/** The block above the steps of a detail; null without an open detail. */
export type DetailLayout = 'views' | 'waterfall' | 'both' | null;

/** The row whose detail is open, the connection's other end, and whether the row has left the table. */
export type DetailRow = {row: Row; pair: Row | null; isGone: boolean};

/** The open finding, and whether its row is still in the table. */
export type OpenFinding = {diagnosis: Diagnosis; hasRow: boolean};
