/** Number of a list's rows that pass the filter, and of all its rows, closed ones included. */
export type ListCount = {shown: number; total: number};
