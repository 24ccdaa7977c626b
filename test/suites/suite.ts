/** What the driver needs to know of a project's tests. */
import type {Workshop} from './sources.ts';

export type Outcome = 'passed' | 'failed' | 'skipped';

export const reportFile = '{report}';

/** One process of Node, started once in each mode. */
export type TestFile = {
	/** How it is called in tables: mostly its path. */
	name: string;
	/** The arguments of node; `reportFile` in them becomes the path of this run's. */
	args: string[];
	/**
	 * What shows the outcome of each test: the lines that a reporter of ours writes, TAP in the report's file, the
	 * marks that it prints itself (`name ✔`), or its exit code alone.
	 */
	reports: 'lines' | 'tap' | 'marks' | 'exit';
};

export type Prepared = {
	cwd: string;
	files: TestFile[];
	env?: Record<string, string>;
	/** Called before each file, to start from the same state in each mode. */
	reset?(): Promise<void>;
	/** Ends the servers that were started for it. */
	close?(): Promise<void>;
};

export type Suite = {
	name: string;
	version: string;
	/** The version of Node that it must run on, from the registry's package `node`; else any. */
	node?: string;
	/** Its files share a server or fixed ports: one after the other. */
	serial?: boolean;
	/** What is preloaded in the hook's place to show what any preload does: an empty file, or one timer. */
	control?: 'empty' | 'timer';
	/** How long one file may take. */
	timeoutMs: number;
	/** Gets its sources and their dependencies, and starts what it needs. */
	prepare(workshop: Workshop): Promise<Prepared>;
};
