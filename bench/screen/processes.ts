/** The processes below a netwatch, read from /proc. */
import {readdirSync, readFileSync} from 'node:fs';
import {residentBytes} from '../overhead/proc.ts';

/** @returns the pid of the watched program: the child of netwatch that runs it */
export const targetOf = (netwatch: number, program: string): number => {
	const found = childrenOf(netwatch).find(pid => read(`/proc/${pid}/cmdline`).includes(program));
	if (found === undefined) throw new Error('the watched program is not there');
	return found;
};

/** Resident memory of all that netwatch has started, but for the watched program. */
export const helperBytes = (netwatch: number, target: number): number => {
	const below = (pid: number): number[] =>
		childrenOf(pid).flatMap(child => (child === target ? [] : [child, ...below(child)]));
	return below(netwatch).reduce((sum, pid) => sum + unlessGone(() => residentBytes(String(pid)) || 0, 0), 0);
};

const childrenOf = (pid: number): number[] =>
	unlessGone(() => readdirSync(`/proc/${pid}/task`), []).flatMap(thread =>
		read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
	);

const read = (path: string): string => unlessGone(() => readFileSync(path, 'utf8'), '');

/** Children like ss live for milliseconds: one may exit between two reads. */
const unlessGone = <Value>(look: () => Value, otherwise: Value): Value => {
	try {
		return look();
	} catch {
		return otherwise;
	}
};
