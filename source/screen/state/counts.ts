/** Rows of a list that pass the filter, and all of it, closed ones included. */
export type ListCount = {shown: number; total: number};
