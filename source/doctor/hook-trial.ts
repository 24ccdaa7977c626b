import {openReceiver} from '../intake/fifo-reader.ts';
import {hookPlaces, installHook} from '../launcher/hook-file.ts';
import {withHook} from '../launcher/node-options.ts';
import {createSessionDir} from '../launcher/session-files/directory.ts';
import {oneLine} from '../text/single-line.ts';
import {runTool} from './run-tool.ts';
import type {HookTrial} from './types.ts';

const patienceMs = 10_000;

/**
 * Starts the `node` of PATH with the hook, as a watched program would be, and waits for its first word.
 *
 * @param source The hook as it was built.
 * @param env The environment that a program would get.
 */
export const tryHook = async (source: string, env: NodeJS.ProcessEnv): Promise<HookTrial> => {
	let path: string | null = null;
	try {
		const session = createSessionDir(env);
		try {
			const hook = installHook(source, hookPlaces(env), session.path);
			path = hook.path;
			const {promise: hello, resolve: heard} = deferred<{node: string; at: number}>();
			const began = performance.now();
			const receiver = openReceiver(session.hookFifo, ({records}) => {
				for (const record of records) {
					if (record.type === 'hello') heard({node: record.node, at: performance.now()});
				}
			});
			try {
				const ended = runTool(['node', '-e', 'setTimeout(() => {}, 60_000)'], {
					env: {
						...env,
						NODE_OPTIONS: withHook(env.NODE_OPTIONS, hook.path),
						NETWATCH_FIFO: session.hookFifo,
						NETWATCH_HOOK: undefined,
					},
					timeoutMs: patienceMs,
					until: hello,
				});
				const first = await Promise.race([hello, ended]);
				if ('node' in first) {
					await ended;
					return {ok: true, path, notice: hook.notice, node: first.node, tookMs: first.at - began};
				}
				return {ok: false, path, reason: silence(first)};
			} finally {
				receiver.close();
			}
		} finally {
			session.remove();
		}
	} catch (error) {
		return {ok: false, path, reason: error instanceof Error ? error.message : String(error)};
	}
};

const silence = (end: Awaited<ReturnType<typeof runTool>>): string => {
	if (end.missing) return 'node not found in PATH';
	if (end.slow) return `the hook of a new node did not answer within ${patienceMs / 1000} s`;
	return `node did not start with the hook: ${oneLine(end.stderr, 300) || `exit code ${end.exitCode}`}`;
};

const deferred = <Value>() => {
	let resolve: (value: Value) => void = () => {};
	const promise = new Promise<Value>(settle => {
		resolve = settle;
	});
	return {promise, resolve};
};
