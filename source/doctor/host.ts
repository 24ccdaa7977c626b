import {constants} from 'node:fs';
import {access, readFile, stat} from 'node:fs/promises';
import {connect, createServer} from 'node:net';
import {arch, release} from 'node:os';
import {join} from 'node:path';
import {childSearchPath} from '../kernel/child/child.ts';
import {createSessionDir} from '../launcher/session-files/directory.ts';
import {openNamespace, readNamespace} from '../procfs/namespace.ts';
import {singleLine} from '../text/single-line.ts';
import {tryHook} from './hook-trial.ts';
import {runTool} from './run-tool.ts';
import type {Host} from './types.ts';

/**
 * The system that netwatch runs on.
 *
 * @param hookSource path of the built hook
 */
export const createHost = (hookSource: string): Host => {
	const {env, stdout} = process;
	const path = childSearchPath(env.PATH);
	const run: Host['run'] = (command, options = {}) =>
		runTool(command, {...options, env: {PATH: path, LC_ALL: 'C'}});

	return {
		platform: process.platform,
		release: release(),
		arch: arch(),
		nodeVersion: process.version,
		env,
		uid: process.geteuid?.() ?? 0,
		readText: file => readFile(file, 'latin1').catch(() => null),
		readNamespace: async pid => {
			const netns = readNamespace(pid);
			return netns.ok ? netns.value : null;
		},
		which: async program => {
			for (const directory of path.split(':')) {
				if (await isProgram(join(directory, program))) return join(directory, program);
			}
			return null;
		},
		run,
		connectOnce,
		tryEnter: async pid => {
			const netns = readNamespace(pid);
			if (!netns.ok) return netns.reason;
			const entry = openNamespace(netns.value, pid);
			if (!entry.ok) return entry.reason;
			try {
				const {exitCode, notFound, stderr} = await run([...entry.value.prefix, 'true']);
				if (notFound) return 'nsenter not found';
				return exitCode === 0 ? null : singleLine(stderr, 100);
			} finally {
				entry.value.release();
			}
		},
		terminal: {
			isTerminal: stdout.isTTY ?? false,
			columns: stdout.columns ?? null,
			rows: stdout.rows ?? null,
			colors: stdout.isTTY ? 2 ** stdout.getColorDepth() : 1,
		},
		trySession: async () => {
			try {
				const session = createSessionDir(env);
				session.remove();
				return {ok: true, path: session.path};
			} catch (error) {
				return {ok: false, reason: error instanceof Error ? error.message : String(error)};
			}
		},
		tryHook: () => tryHook(hookSource, env),
	};
};

const connectOnce = (): Promise<void> =>
	new Promise(resolve => {
		const server = createServer(socket => socket.on('error', () => {}).end());
		server.once('error', () => resolve());
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			const port = address !== null && typeof address === 'object' ? address.port : 0;
			const client = connect(port, '127.0.0.1');
			client.on('error', () => {}).once('close', () => server.close(() => resolve()));
			client.resume().end();
		});
	});

const isProgram = async (file: string): Promise<boolean> => {
	try {
		await access(file, constants.X_OK);
		return (await stat(file)).isFile();
	} catch {
		return false;
	}
};
