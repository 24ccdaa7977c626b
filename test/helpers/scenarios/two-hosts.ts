/** Two hosts with a cable between them, and what connects and listens on them. */

import {type Cable, canLayCable, layCable, type Place} from '../network/cable.ts';
import {type Netwatch, startNetwatch} from '../process/netwatch.ts';
import {targetNode} from '../process/paths.ts';
import {type Options, start} from '../process/program.ts';
import type {Lifetime} from '../process/temporary-directory.ts';
import {scenarioProgram} from './scenario-program.ts';

/** Why scenarios with a network cannot run here; null where they can. */
export const needsNetwork = canLayCable() ? null : 'needs root, or user namespaces';

/** The addresses of the other end. */
export const far = {v4: '10.77.0.2', v6: 'fd77::2'} as const;

/** `near` gives up a connection after one SYN retransmit: three seconds. */
export const network = async (context: Lifetime): Promise<Cable> => {
	const cable = await layCable(context, {
		near: ['10.77.0.1/24', 'fd77::1/64'],
		far: [`${far.v4}/24`, `${far.v6}/64`],
	});
	set(cable.near, 'net.ipv4.tcp_syn_retries=1');
	trySet(cable.near, 'net.ipv4.tcp_syn_linear_timeouts=0');
	return cable;
};

export const set = (place: Place, setting: string): void => void place.run('sysctl', '-q', '-w', setting);

/** Sets a setting that older kernels do not have. */
export const trySet = (place: Place, setting: string): void => {
	try {
		set(place, setting);
	} catch {
		// This kernel has no such setting.
	}
};

/** The filter rules of arriving packets, e.g. "tcp dport 443 drop". */
export const filter = (place: Place, ...rules: readonly string[]): void => {
	place.run(
		'nft',
		`add table inet test; add chain inet test arriving { type filter hook input priority 0; }`,
	);
	for (const rule of rules) place.run('nft', `add rule inet test arriving ${rule}`);
};

/** Options of net.connect(), and those of programs/connects.cjs. */
export type Connect = {
	host: string;
	port: number;
	localAddress?: string;
	localPort?: number;
	candidates?: readonly string[];
	write?: number;
	times?: number;
	giveUpMs?: number;
};

/** netwatch over programs/connects.cjs. @param place where; this test's own network unless it is given */
export const watchConnects = (
	context: Lifetime,
	place: Place | null,
	connections: readonly Connect[],
	options: Options & {args?: readonly string[]; before?: readonly string[]} = {},
): Netwatch => {
	const {before = [], ...rest} = options;
	const words = connections.map(connection =>
		JSON.stringify({autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 250, ...connection}),
	);
	return startNetwatch(context, [...before, targetNode, scenarioProgram('connects'), ...words], {
		...rest,
		through: place?.enter ?? [],
	});
};

/** An unwatched server. @returns its port */
export const listen = async (
	context: Lifetime,
	place: Place | null,
	options: {host?: string; port?: number; ipv6Only?: boolean; onConnection?: 'keep' | 'end' | 'reset'},
): Promise<number> => {
	const [first = targetNode, ...words] = [
		...(place?.enter ?? []),
		...[targetNode, scenarioProgram('listens'), JSON.stringify(options)],
	];
	const server = start(context, first, words);
	const port = await server.until(() => /"port":(\d+)/.exec(server.stdout())?.[1]);
	return Number(port);
};

/** The rules raised for connections, without those of severity info: a busy machine adds some of those. */
export const raisedForRows = (netwatch: Netwatch): string[] => [
	...new Set(
		netwatch
			.all('diagnosis')
			.filter(({id, severity}) => id !== null && severity !== 'info')
			.map(({rule}) => rule),
	),
];
