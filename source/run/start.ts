/** What every mode does first: the private directory, the hook's copy, the session, the command. */
import {fileURLToPath} from 'node:url';
import type {ModelInput} from '../model/input.ts';
import {holdSignals} from '../target/held-signals.ts';
import {hookPlaces, installHook} from '../target/hook-file.ts';
import {hookWords} from '../target/hook-options.ts';
import {type LaunchMode, launch, type Started} from '../target/launch.ts';
import {createSessionDir, type SessionDir} from '../target/session-dir.ts';
import type {StartFailure} from '../target/start-failure.ts';
import type {Arguments} from './arguments.ts';
import {createSession, type Session} from './session.ts';

export type Run = {
	session: Session;
	directory: SessionDir;
	command: Started;
	/** To be called when signals are taken: gives out those that came while the command was being started. */
	releaseSignals(): void;
};

/**
 * @param onInput is called with each input that the model has applied
 * @throws where netwatch's own preparations fail; the message says what to do
 */
export async function start(
	options: Arguments,
	mode: LaunchMode,
	isStdinTerminal: boolean,
	onInput: (input: ModelInput, session: Session) => void,
): Promise<Run | StartFailure> {
	const releaseSignals = holdSignals();
	const directory = createSessionDir();
	let session: Session | null = null;
	try {
		const hook = installHook(
			fileURLToPath(new URL('hook.cjs', import.meta.url)),
			hookPlaces(),
			directory.path,
		);
		const watched = createSession({
			fifo: directory.hookFifo,
			hookPath: hook.path,
			command: options.command,
			intervalMs: options.intervalMs,
			keepMs: options.keepMs,
			kernel: options.kernel,
			children: options.hook.children,
			onInput: input => onInput(input, watched),
		});
		session = watched;
		const [command = '', ...args] = options.command;
		const started = await launch({
			command,
			args,
			mode,
			env: process.env,
			hook: refusesHook(options.command)
				? null
				: {path: hook.path, fifo: directory.hookFifo, words: hookWords(options.hook)},
			files: directory,
			isStdinTerminal,
		});
		if (!started.ok) {
			await session.close();
			directory.remove();
			releaseSignals();
			return started;
		}

		session.started(started.pid);
		if (refusesHook(options.command)) session.say('warn', 'hook', noHook);
		if (hook.notice !== null) session.say('info', 'hook', hook.notice);
		return {session, directory, command: started, releaseSignals};
	} catch (error) {
		await session?.close();
		directory.remove();
		releaseSignals();
		throw error;
	}
}

/** Node 20 does not start where a preload lies outside of what `--experimental-permission` lets it read. */
const refusesHook = (command: readonly string[]): boolean =>
	[...command, ...(process.env.NODE_OPTIONS ?? '').split(' ')].includes('--experimental-permission');

const noHook =
	"--experimental-permission keeps the hook out, and Node would not start with it: only the kernel's view is shown";
