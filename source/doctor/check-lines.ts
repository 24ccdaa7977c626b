import type {KernelState, SocketKind} from '../domain/kernel.ts';
import {ssLayout} from '../kernel/ss/commands.ts';
import {hasMptcp, parseSsVersion} from '../kernel/ss/parse/version.ts';
import {addStateColumn} from '../kernel/ss/state-column.ts';
import {createTableParser} from '../kernel/ss/table-parser.ts';
import {type CheckFinding, degraded, failed, type Host, passed} from './types.ts';

/** The ss commands of netwatch with all their options; `O` is added where this ss supports it. */
const ssCommands: readonly {
	words: string;
	filter: readonly string[];
	kind: SocketKind;
	state?: KernelState;
}[] = [
	{words: 'taneim', filter: ['exclude', 'time-wait'], kind: 'tcp'},
	{words: 'tane', filter: ['state', 'time-wait'], kind: 'tcp', state: 'TIME-WAIT'},
	{words: 'tnem', filter: ['state', 'listening'], kind: 'tcp', state: 'LISTEN'},
	{words: 'Mane', filter: [], kind: 'mptcp'},
	{words: 'uanem', filter: [], kind: 'udp'},
	{words: 'xane', filter: [], kind: 'unix'},
];

const linesPerStep = 1000;

/**
 * Runs netwatch's own commands on this host's sockets, and parses their output as netwatch does: a line that
 * is not understood is a socket without a kernel view, and worth a report.
 */
export const probeSsLines = async (host: Host): Promise<CheckFinding | null> => {
	if ((await host.which('ss')) === null) return null;
	const version = parseSsVersion((await host.run(['ss', '-V'])).stdout);
	const layout = ssLayout(version);
	let sockets = 0;
	let count = 0;
	const samples: string[] = [];
	for (const {words: flags, filter, kind, state} of ssCommands) {
		if (kind === 'mptcp' && !hasMptcp(version)) continue;
		const {exitCode, stdout, timedOut} = await host.run(['ss', `-${layout}${flags}`, ...filter]);
		if (timedOut) break;
		if (exitCode !== 0) continue;
		const output = Buffer.from(stdout, 'latin1');
		const parser = createTableParser(state === undefined ? output : addStateColumn(output, state), {
			...{version, multiline: layout !== 'HO', kind},
		});
		while (!parser.done) parser.take(linesPerStep);
		sockets += parser.sockets;
		count += parser.notUnderstood.count;
		samples.push(
			...parser.notUnderstood.samples.map(line => `ss -${flags}: ${line.trim().replace(/ +/g, ' ')}`),
		);
	}
	if (count === 0) return sockets === 0 ? null : passed(`all understood: ${sockets} sockets`);
	return (sockets === 0 ? failed : degraded)(
		`${count} not understood, ${sockets} are`,
		`these sockets have no kernel view. The first:\n${samples.slice(0, maxSamplesShown).join('\n')}`,
		'report these lines to the authors of netwatch, and what ss -V says',
	);
};

const maxSamplesShown = 3;
