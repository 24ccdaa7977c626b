/** The descriptions of the columns of the row tables, for the help page and the documentation. */
import type {RowColumn, RowTable} from '../table/cells.ts';
import {connectionTable} from './connections.ts';
import {listenerTable} from './listeners.ts';

export type ColumnDoc = Pick<RowColumn, 'id' | 'title' | 'description'>;

export type TableDoc = {table: 'connections' | 'listeners'; columns: readonly ColumnDoc[]};

const toColumnDocs = ({columns}: RowTable): readonly ColumnDoc[] =>
	columns.map(({id, title, description}) => ({id, title, description}));

/** By table, in the order of the screen. */
export const columnDocs: readonly TableDoc[] = [
	{table: 'connections', columns: toColumnDocs(connectionTable)},
	{table: 'listeners', columns: toColumnDocs(listenerTable)},
];
