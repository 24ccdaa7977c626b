/** The places of scenarios: the two ends of a connection in one process or two, on one host or on two with a cable between. */

import {type Cable, layCable} from '../network/cable.ts';
import {isRoot} from '../process/is-root.ts';
import {type Netwatch, startNetwatch} from '../process/netwatch.ts';
import {node, targetNode} from '../process/paths.ts';
import {type Program, start} from '../process/program.ts';
import type {Lifetime} from '../process/temporary-directory.ts';
import {scenarioProgram} from './scenario-program.ts';

const ends = scenarioProgram('ends');

/** Why a scenario with a cable cannot run here. */
export const needsRoot = isRoot ? null : 'needs root';

/** Both ends of one connection, which behave as named in programs/ends.cjs; the server in a child of its own. */
export const watchEnds = (
	context: Lifetime,
	server: string,
	client: string,
	how: 'both' | 'apart' = 'both',
): Netwatch => startNetwatch(context, [targetNode, ends, how, server, client]);

export type Hosts = Cable & {netwatch: Netwatch; server: Program; port: number};

/**
 * A watched client at 10.53.0.1 and an unwatched server at 10.53.0.2, with a cable between them.
 *
 * @param prepare is called before either starts
 * @param address of the server, which the cable's far end has already
 */
export const watchClient = async (
	context: Lifetime,
	server: string,
	client: string,
	{prepare = () => {}, address = '10.53.0.2'}: {prepare?(cable: Cable): void; address?: string} = {},
): Promise<Hosts> => {
	const cable = await layCable(context, {near: ['10.53.0.1/24'], far: ['10.53.0.2/24']});
	prepare(cable);
	const [enter = '', ...words] = cable.far.enter;
	const far = start(context, enter, [...words, node, ends, 'serve', server, address, '0']);
	const port = await far.until(() => {
		const [, printed] = /"listening".*"port":(\d+)/.exec(far.stdout()) ?? [];
		return printed === undefined ? null : Number(printed);
	});
	const command = [...cable.near.enter, targetNode, ends, 'connect', client, address, String(port)];
	return {...cable, netwatch: startNetwatch(context, command), server: far, port};
};

/** Waits until the client's connection stands and the kernel's view of it is there. */
export const connected = ({netwatch}: Hosts): Promise<unknown> =>
	netwatch.until(() =>
		[...netwatch.rows.values()].find(
			({role, stage, kernel}) => role === 'client' && stage === 'open' && kernel !== null,
		),
	);

/** The raised rules above severity `info`, each once. */
export const alarmsOf = (netwatch: Netwatch): string[] => [
	...new Set(netwatch.all('diagnosis').flatMap(({rule, severity}) => (severity === 'info' ? [] : [rule]))),
];

/** Signals the process with the server's end of the connection to continue. */
export const signalServer = ({rows}: Netwatch): void => {
	const row = [...rows.values()].find(({role}) => role === 'server');
	if (typeof row?.pid !== 'number') throw new Error('no row of a server');
	process.kill(row.pid, 'SIGUSR2');
};
