/** A network namespace with nothing but its loopback device, and a DNS server of the test's own there. */

import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {node} from '../process/paths.ts';
import {type Program, start} from '../process/program.ts';
import {type Lifetime, temporaryDirectory} from '../process/temporary-directory.ts';
import {scenarioProgram} from '../scenarios/scenario-program.ts';
import {addNamespace, ip} from './named-namespace.ts';

export type Resolver = {
	/** Words before a program that run it there, with a resolv.conf that names the server. */
	enter: readonly string[];
	server: Program;
};

/**
 * Needs root.
 *
 * @param options of resolv.conf(5)
 */
export const layResolver = async (context: Lifetime, options = 'timeout:1 attempts:1'): Promise<Resolver> => {
	const {name} = addNamespace(context, 'dns');
	ip('-n', name, 'link', 'set', 'lo', 'up');
	const file = join(temporaryDirectory(context), 'resolv.conf');
	writeFileSync(file, `nameserver 127.0.0.1\noptions ${options}\n`);
	// `ip netns exec` gives a program a mount namespace of its own, and what is mounted there goes with it.
	const mount = ['sh', '-c', `mount --bind "$0" /etc/resolv.conf && exec "$@"`, file];
	const enter = ['ip', 'netns', 'exec', name, ...mount];
	const [first = '', ...words] = enter;
	const server = start(context, first, [...words, node, scenarioProgram('dns-server')]);
	await server.until(() => server.stdout().includes('"fact":"dns"'));
	return {enter, server};
};
