import type {Line} from '../lines/segments.ts';
import type {Table} from './table.ts';

export type Section = {type: 'table'; table: Table} | {type: 'lines'; lines: readonly Line[]};
