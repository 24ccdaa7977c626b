import {openFifoReader} from '../intake/fifo-reader.ts';
import {hookDirectories, installHook} from '../launcher/hook-file.ts';
import {addHookOption} from '../launcher/node-options.ts';
import {createSessionDir} from '../launcher/session-files/directory.ts';
import {singleLine} from '../text/single-line.ts';
import {runTool} from './run-tool.ts';
import type {HookTrial} from './types.ts';

const helloTimeoutMs = 10_000;

/**
 * Starts the `node` of PATH with the hook, as netwatch starts a program, and waits for the hook's first
 * frame.
 *
 * @param source path of the built hook
 * @param env the environment that a program would get
 */
export const tryHook = async (source: string, env: NodeJS.ProcessEnv): Promise<HookTrial> => {
	let path: string | null = null;
	try {
		const session = createSessionDir(env);
		try {
			const hook = installHook(source, hookDirectories(env), session.path);
			path = hook.path;
			const {promise: hello, resolve: resolveHello} = createDeferred<{node: string; at: number}>();
			const startedAt = performance.now();
			const reader = openFifoReader(session.hookFifo, ({records}) => {
				for (const record of records) {
					if (record.type === 'hello') resolveHello({node: record.node, at: performance.now()});
				}
			});
			try {
				const ended = runTool(['node', '-e', 'setTimeout(() => {}, 60_000)'], {
					env: {
						...env,
						NODE_OPTIONS: addHookOption(env.NODE_OPTIONS, hook.path),
						NETWATCH_FIFO: session.hookFifo,
						NETWATCH_HOOK: undefined,
					},
					timeoutMs: helloTimeoutMs,
					abortWhen: hello,
				});
				const first = await Promise.race([hello, ended]);
				if ('node' in first) {
					await ended;
					return {ok: true, path, notice: hook.notice, node: first.node, tookMs: first.at - startedAt};
				}
				return {ok: false, path, reason: noHookReason(first)};
			} finally {
				reader.close();
			}
		} finally {
			session.remove();
		}
	} catch (error) {
		return {ok: false, path, reason: error instanceof Error ? error.message : String(error)};
	}
};

const noHookReason = (result: Awaited<ReturnType<typeof runTool>>): string => {
	if (result.notFound) return 'node not found in PATH';
	if (result.timedOut) return `the hook of a new node did not answer within ${helloTimeoutMs / 1000} s`;
	return `node did not start with the hook: ${singleLine(result.stderr, 300) || `exit code ${result.exitCode}`}`;
};

const createDeferred = <Value>() => {
	let resolve: (value: Value) => void = () => {};
	const promise = new Promise<Value>(resolvePromise => {
		resolve = resolvePromise;
	});
	return {promise, resolve};
};
