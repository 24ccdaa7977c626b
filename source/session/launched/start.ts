/** Start-up common to all modes: the private directory, the hook's copy, the session, the command. */
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Output} from '../domain/output.ts';
import {createClock} from '../intake/clock.ts';
import {hookDirectories, installHook} from '../launcher/hook-file.ts';
import {formatHookOptions} from '../launcher/hook-options.ts';
import {type LaunchMode, launch} from '../launcher/launch.ts';
import {canStartWithHook, detectPermissionModel, type PermissionModel} from '../launcher/permission.ts';
import {createSessionDir, type SessionDir} from '../launcher/session-files/directory.ts';
import {sweepSessions} from '../launcher/session-files/sweep.ts';
import {queueSignals} from '../launcher/signals/queue.ts';
import type {StartFailure} from '../launcher/start-failure.ts';
import {createModel} from '../model/index.ts';
import type {Model} from '../model/model.ts';
import {createLaunchedSources} from './launched-sources.ts';
import type {RunArguments} from './options.ts';
import {createSession, type Session} from './session.ts';
import {type LaunchedTarget, launchedTarget} from './target.ts';

export type LaunchedSession = {
	session: Session;
	directory: SessionDir;
	target: LaunchedTarget;
	/** Call it once signals are handled: replays those that arrived while the command was starting. */
	releaseSignals(): void;
};

/** Makes a session's outputs from its model; `drainMs` is the time between two drains, in ms. */
export type OutputPlan = {
	outputs(model: Model): readonly Output[];
	drainMs: number;
	/** What else has to be loaded before the command starts, while other processes get ready; may be called or not. */
	load?(): Promise<unknown>;
};

/**
 * @throws if netwatch's own preparations fail; the message names the remedy
 */
export async function startSession(
	options: RunArguments,
	mode: LaunchMode,
	isStdinTerminal: boolean,
	{outputs, drainMs, load}: OutputPlan,
): Promise<LaunchedSession | StartFailure> {
	const releaseSignals = queueSignals();
	const directory = createSessionDir();
	let session: Session | null = null;
	try {
		const hook = installHook(
			fileURLToPath(new URL('hook.cjs', import.meta.url)),
			hookDirectories(),
			directory.path,
		);
		const permission = detectPermissionModel(options.command, process.env);
		const hookBlocked =
			permission !== null && !canStartWithHook(permission, options.command, process.env, hook.path);
		const clock = createClock();
		const model = createModel({closedForMs: options.keepMs});
		const {sources, prepare} = createLaunchedSources({
			model,
			clock,
			fifo: directory.hookFifo,
			hookPath: hook.path,
			intervalMs: options.intervalMs,
			kernel: options.kernel,
			watchChildren: options.hook.watchChildren,
			noHookReason: permission && noHookReasonOf(permission, hookBlocked, hook.path, directory.hookFifo),
			emitEarly: input => newSession.apply(input),
		});
		const newSession = createSession({
			model,
			clock,
			sources,
			drainMs,
			outputs: outputs(model),
		});
		session = newSession;
		for (const rule of options.ignore)
			newSession.apply({type: 'ignore', at: newSession.now(), rule, on: true});
		await prepare(load);
		const [command = '', ...args] = options.command;
		const started = await launch({
			command,
			args,
			mode,
			env: process.env,
			hook: hookBlocked
				? null
				: {path: hook.path, fifo: directory.hookFifo, words: formatHookOptions(options.hook)},
			files: directory,
			isStdinTerminal,
		});
		if (!started.ok) {
			await session.close();
			directory.remove();
			releaseSignals();
			return started;
		}

		const target = launchedTarget(started, options.command);
		session.start(target);
		if (options.all) session.apply({type: 'all', at: session.now(), on: true});
		sweepSessions();
		if (hook.notice !== null) session.addNotice('info', 'hook', hook.notice);
		return {session, directory, target, releaseSignals};
	} catch (error) {
		await session?.close();
		directory.remove();
		releaseSignals();
		throw error;
	}
}

/** The message for a missing hook under the permission model. */
function noHookReasonOf({flag}: PermissionModel, isRefused: boolean, hook: string, fifo: string): string {
	const rights = `--allow-fs-read='${hook}' --allow-fs-write='${join(dirname(dirname(fifo)), 'netwatch-*')}'`;
	const why = isRefused
		? 'keeps the hook out, with which Node would not start'
		: 'lets the hook write nothing';
	return `${flag} ${why} (${rights} would do)`;
}
