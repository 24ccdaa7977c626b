/**
 * The cost of being watched for a program, beside other tools, in the same run: see docs/overhead.md.
 *
 *     npx tsx bench/overhead.ts [--rounds 7] [--seconds 2] [--loads keep-alive,close,bulk,idle,start]
 *                               [--ways 'hook alone,netwatch'] [--write docs/overhead.md]
 *
 * Needs wrk and taskset (Debian: apt-get install wrk util-linux) and two CPUs.
 */
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {createLoads, descriptorsNeeded} from './overhead/loads.ts';
import {descriptorLimit} from './overhead/proc.ts';
import {endAll, killAll} from './overhead/program.ts';
import {type LoadResult, runRounds} from './overhead/rounds.ts';
import {formatLoad, formatOverview, placeResults} from './overhead/table.ts';
import {createWays, installRivals, loadCpu, unwatched} from './overhead/ways.ts';

const {values: options} = parseArgs({
	options: {
		rounds: {type: 'string', default: '7'},
		seconds: {type: 'string', default: '2'},
		loads: {type: 'string'},
		ways: {type: 'string'},
		write: {type: 'string'},
	},
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
if (!(Number.isInteger(rounds) && rounds > 0 && Number.isInteger(seconds) && seconds > 0))
	throw new Error('--rounds and --seconds are whole numbers from 1');
if (availableParallelism() < 2)
	throw new Error('one CPU is the server’s, another the load’s: here is only one');
// Before anything else runs: a server that has its CPU for itself is what is measured.
execFileSync('taskset', ['-a', '-p', '-c', loadCpu, String(process.pid)]);

const loads = chosen(createLoads(seconds), options.loads);
if (loads.some(({name}) => name === 'idle') && descriptorLimit() < descriptorsNeeded)
	throw new Error(
		`the idle load opens ${descriptorsNeeded} descriptors a process: ulimit -n ${descriptorsNeeded}`,
	);

const directory = mkdtempSync(join(tmpdir(), 'netwatch-bench-'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => void endAll().finally(() => process.exit(1)));
}
process.on('exit', () => {
	killAll();
	rmSync(directory, {recursive: true, force: true});
});

try {
	await measure();
} finally {
	await endAll();
}

async function measure(): Promise<void> {
	const begun = performance.now();
	installRivals();
	const ways = chosen(await createWays(directory), options.ways && `${unwatched},${options.ways}`);
	const results: LoadResult[] = [];
	for (const load of loads) {
		console.error(`${load.name} …`);
		const result = await runRounds(load, ways, load.rounds(rounds));
		// At once: a later failure does not take it away.
		console.log(formatLoad(result));
		results.push(result);
	}

	let command = `npx tsx bench/overhead.ts --rounds ${rounds} --seconds ${seconds}`;
	if (options.loads) command += ` --loads ${options.loads}`;
	if (options.ways) command += ` --ways '${options.ways}'`;
	const overview = formatOverview(results, command, performance.now() - begun);
	console.log(overview);
	if (!options.write) return;
	const text = [overview, ...results.map(formatLoad)].join('\n');
	writeFileSync(options.write, placeResults(readFileSync(options.write, 'utf8'), text));
}

/** @returns those named, or all of them */
function chosen<T extends {name: string}>(list: readonly T[], names: string | undefined): T[] {
	if (!names) return [...list];
	return names.split(',').map(name => {
		const found = list.find(entry => entry.name === name);
		if (found === undefined)
			throw new Error(`no ${name}: there are ${list.map(entry => entry.name).join(', ')}`);
		return found;
	});
}
