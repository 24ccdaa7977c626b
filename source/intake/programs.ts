/** The programs of the processes with a hook. */

import type {Origin} from '../domain/events.ts';
import {describeProgram, type Program} from '../domain/program-name.ts';
import type {WireRecord} from '../wire/records.ts';

type Hello = Extract<WireRecord, {type: 'hello'}>;

export type Programs = {
	/** @returns the program of a thread that says hello; a worker runs in that of its main thread, whatever its file */
	startedBy(origin: Origin, hello: Hello): Program;
	/** @returns the name of the main thread's program, `?` where that is not known */
	nameOf(proc: number): string;
	/** Drops a process that has ended. */
	forget(proc: number): void;
};

export function createPrograms(): Programs {
	/** Of the main thread, by process number. */
	const programs = new Map<number, Program>();
	return {
		startedBy({proc, thread}, {argv, execArgv, title}) {
			const main = programs.get(proc);
			if (thread !== 0 && main !== undefined)
				return {program: `${main.program}#${thread}`, wrapper: main.wrapper};
			const named = describeProgram(argv, execArgv, title);
			if (thread === 0) programs.set(proc, named);
			return named;
		},
		nameOf: proc => programs.get(proc)?.program ?? '?',
		forget(proc) {
			programs.delete(proc);
		},
	};
}
