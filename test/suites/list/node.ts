import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {nodeSources} from '../sources.ts';
import type {Suite, TestFile} from '../suite.ts';
import {filesOf} from './files.ts';

const version = '18.20.4';

/** Node's own tests: each is a program that ends with 0, with flags in a comment of its own. */
const own = (name: string, directory: string, pattern: RegExp, serial: boolean): Suite => ({
	name,
	version,
	node: version,
	serial,
	timeoutMs: 60_000,
	async prepare(workshop) {
		const cwd = await nodeSources(workshop, version);
		const files = filesOf(cwd, directory, pattern).map((path): TestFile => {
			const [, flags = ''] = /^\/\/ Flags: +(--.*)$/m.exec(readFileSync(join(cwd, path), 'utf8')) ?? [];
			return {name: path, args: [...flags.split(/\s+/).filter(Boolean), path], reports: 'exit'};
		});
		return {cwd, files};
	},
});

const network = 'net|tls|http|https|http2|dns|dgram|cluster|worker|child-process|streams?';

export const node = own('node', 'test/parallel', new RegExp(`/test-(${network})\\b[^/]*\\.m?js$`), false);
export const nodeSequential = own(
	'node-sequential',
	'test/sequential',
	new RegExp(`/test-(${network})\\b[^/]*\\.m?js$`),
	true,
);
/** Where the hook could be noticed though it is not about sockets. */
const other =
	'async|diagnostics|domain|event|events|eventtarget|timers|process|stdio|stdin|stdout|tty|pipe|signal|promise|next-tick|microtask|module|require|vm|inspector|permission|perf|performance|trace|uncaught|unhandled|error|util|repl|abort|global|heap';
export const nodeOther = own(
	'node-other',
	'test/parallel',
	new RegExp(`/test-(${other})\\b[^/]*\\.m?js$`),
	false,
);
/** Its collector takes the `before` of a timer that was made before it for an error; the hook has one timer. */
export const nodeAsyncHooks: Suite = {
	...own('node-async-hooks', 'test/async-hooks', /\/test-[^/]*\.m?js$/, false),
	control: 'timer',
};
