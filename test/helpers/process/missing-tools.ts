/** Words before netwatch that take something away from it: tools, rights, being root. */
import {execFileSync} from 'node:child_process';
import {chmodSync, copyFileSync, cpSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {TestContext} from 'vitest';
import {isRoot} from './is-root.ts';
import {cli, node} from './paths.ts';
import {temporaryDirectory} from './temporary-directory.ts';

export const nobody = 65_534;

/** The directories in which netwatch's children look up their programs. */
const places = '$PATH:/usr/sbin:/sbin:/usr/bin:/bin';

/** Words before a command that run it where some tools are not there to be executed. */
export const without = (context: TestContext, ...names: readonly string[]): string[] =>
	covered(
		context,
		names.map(name => ({name, by: '/dev/null'})),
	);

/**
 * Words before a command that run it with a script in a tool's place.
 *
 * @param script For sh; `$REAL` is the tool itself.
 */
export const withStub = (context: TestContext, name: string, script: string): string[] => {
	const directory = temporaryDirectory(context);
	chmodSync(directory, 0o755);
	const [real, stub] = [join(directory, `real-${name}`), join(directory, name)];
	copyFileSync(pathOf(name), real);
	chmodSync(real, 0o755);
	writeFileSync(stub, `#!/bin/sh\nREAL='${real}'\n${script}\n`, {mode: 0o755});
	return covered(context, [{name, by: stub}]);
};

const covered = (context: TestContext, tools: readonly {name: string; by: string}[]): string[] => {
	const covers = tools.map(
		({name, by}) => `
		for directory in $(echo "${places}" | tr : ' '); do
			if [ -e "$directory/${name}" ]; then mount --bind '${by}' "$directory/${name}" || exit 1; fi
		done`,
	);
	// In a mount namespace of its own, which goes with it; an ordinary user may make one in a user namespace.
	const space = isRoot ? ['--mount'] : ['--map-root-user', '--mount'];
	const words = ['unshare', ...space, 'sh', '-c', `${covers.join('\n')}\nexec "$@"`, 'sh'];
	if (!runs([...words, 'true'])) context.skip('no mount namespace can be made here without root');
	return words;
};

/** Words before a command that run it as a user without rights. */
export const asNobody = (context: TestContext): string[] => {
	if (!isRoot) context.skip('only root can run a program as another user');
	const words = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
	if (!runs([...words, node, '-e', '0'])) context.skip('another user cannot run this Node here');
	return words;
};

/** Words before netwatch that make it an ordinary user's: none where it is that already. */
export const asOrdinaryUser = (context: TestContext): string[] => (isRoot ? asNobody(context) : []);

/** A copy of the built netwatch that every user can run, and an environment in which it has a home. */
export const forAllUsers = (context: TestContext) => {
	const directory = temporaryDirectory(context);
	chmodSync(directory, 0o755);
	cpSync(dirname(cli), directory, {recursive: true});
	const home = temporaryDirectory(context);
	chmodSync(home, 0o777);
	return {built: join(directory, 'cli.js'), cwd: '/', env: {TMPDIR: home, HOME: home}};
};

/** The path of a tool. */
export const pathOf = (name: string): string =>
	execFileSync('sh', ['-c', `PATH="${places}"; command -v ${name}`], {encoding: 'utf8'}).trim();

export const runs = ([command = '', ...args]: readonly string[]): boolean => {
	try {
		execFileSync(command, args, {cwd: '/', stdio: 'ignore'});
		return true;
	} catch {
		return false;
	}
};

/**
 * A pair of sockets that needs no file, so that every user can run it: the fact `ready` has its pid and the
 * client's inode; any line on standard input ends it with exit code 6.
 */
export const echoScript = `
	const fs = require('node:fs');
	const net = require('node:net');
	const server = net.createServer(socket => socket.pipe(socket));
	server.listen(0, '127.0.0.1', () => {
		const client = net.connect(server.address().port, '127.0.0.1', () => client.write('hello'));
		client.once('data', () => {
			const {ino: inode} = fs.fstatSync(client._handle.fd);
			fs.writeSync(1, JSON.stringify({fact: 'ready', pid: process.pid, inode}) + '\\n');
		});
	});
	process.stdin.once('data', () => process.exit(6));`;
