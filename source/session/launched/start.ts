/** Start-up common to all modes, after its preparation: the session, the command. */
import {dirname, join} from 'node:path';
import type {Output} from '../../domain/output.ts';
import {formatHookOptions} from '../../launcher/hook-options.ts';
import {type LaunchMode, launch} from '../../launcher/launch.ts';
import {canStartWithHook, detectPermissionModel, type PermissionModel} from '../../launcher/permission.ts';
import type {SessionDir} from '../../launcher/session-files/directory.ts';
import {sweepSessions} from '../../launcher/session-files/sweep.ts';
import type {StartFailure} from '../../launcher/start-failure.ts';
import {createModel} from '../../model/index.ts';
import type {Model} from '../../model/model.ts';
import type {RunArguments} from '../options.ts';
import {createSession, type Session} from '../session.ts';
import {type LaunchedTarget, launchedTarget} from '../target.ts';
import type {Preparation} from './preparation.ts';
import {createLaunchedSources} from './sources.ts';

export type LaunchedSession = {
	session: Session;
	directory: SessionDir;
	target: LaunchedTarget;
	releaseSignals: Preparation['releaseSignals'];
};

/** Makes a session's outputs from its model; `drainMs` is the time between two drains, in ms. */
export type OutputPlan = {
	outputs(model: Model): readonly Output[];
	drainMs: number;
	/** What else has to be loaded before the command starts, while other processes get ready. */
	load?(): Promise<unknown>;
};

/**
 * @param preparation is the session's from now on
 * @throws if netwatch's own preparations fail; the message names the remedy
 */
export async function startSession(
	{clock, directory, hook, ss, releaseSignals}: Preparation,
	options: RunArguments,
	mode: LaunchMode,
	isStdinTerminal: boolean,
	{outputs, drainMs, load}: OutputPlan,
): Promise<LaunchedSession | StartFailure> {
	let session: Session | null = null;
	try {
		const permission = detectPermissionModel(options.command, process.env);
		const hookBlocked =
			permission !== null && !canStartWithHook(permission, options.command, process.env, hook.path);
		const model = createModel({closedForMs: options.keepMs});
		const sources = createLaunchedSources({
			model,
			clock,
			fifo: directory.hookFifo,
			hookPath: hook.path,
			intervalMs: options.intervalMs,
			kernel: options.kernel,
			watchChildren: options.hook.watchChildren,
			noHookReason: permission && noHookReasonOf(permission, hookBlocked, hook.path, directory.hookFifo),
			preparedSs: ss,
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
		// From then on closed sockets are reported, where the kernel allows it.
		await Promise.all([ss?.ready(), load?.()]);
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
		await (session ?? ss)?.close();
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
