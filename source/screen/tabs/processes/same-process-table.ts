import type {ProcessLine, ProcessTable} from './processes.ts';

/** Whether two tables of processes are drawn alike. Pure. */
export const isSameProcessTable = (one: ProcessTable, other: ProcessTable): boolean =>
	one === other ||
	(one.hiddenBefore === other.hiddenBefore &&
		one.hiddenAfter === other.hiddenAfter &&
		isSameColumns(one.columns, other.columns) &&
		one.data.length === other.data.length &&
		one.data.every((line, index) => isSameProcessLine(one.columns, line, other.data[index])));

const isSameColumns = (one: ProcessTable['columns'], other: ProcessTable['columns']): boolean =>
	one.length === other.length &&
	one.every(({key, align}, index) => key === other[index]?.key && align === other[index].align);

const isSameProcessLine = (
	columns: ProcessTable['columns'],
	one: ProcessLine,
	other: ProcessLine | undefined,
): boolean => columns.every(({key}) => one[key] === other?.[key]);
