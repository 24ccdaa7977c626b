/**
 * Runs the ordinary programs of the soak below netwatch, all at the same time, and prints the findings.
 *
 *     npm run soak [-- SECONDS [PROGRAM…]]
 *
 * Ends with 1 where anything above `info` was raised, or netwatch had trouble.
 */
import {parseArgs} from 'node:util';
import {serverPrograms} from './real-servers.ts';
import {type Soaked, type SoakProgram, soak, soakPrograms} from './soak.ts';

const {positionals} = parseArgs({allowPositionals: true});
const seconds = Number(positionals[0] ?? process.env.SOAK_SECONDS ?? 600);
const names = positionals.slice(1);
const ends: Array<() => Promise<void> | void> = [];
const lifetime = {onTestFinished: (end: () => Promise<void> | void) => ends.push(end)};

const listed = (counts: Record<string, number>): string =>
	Object.entries(counts)
		.map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
		.join(', ') || 'none';

async function line(program: SoakProgram): Promise<boolean> {
	const {name, load} = program;
	let soaked: Soaked;
	try {
		soaked = await soak(lifetime, program, seconds);
	} catch (error) {
		console.log(`| ${name} | ${error instanceof Error ? error.message : error} |`);
		return false;
	}

	const {counts, alarms, examples, troubles, summary} = soaked;
	const found = listed(summary.byRule);
	const above = alarms.length === 0 ? '**0**' : `**${alarms.length}**`;
	const {rows, steps, dropped, durationMs} = summary;
	const lasted = (durationMs / 1000).toFixed(1);
	console.log(
		`| ${name} | ${lasted} | ${listed(counts)} | ${rows.toLocaleString('en')}, ${steps.toLocaleString('en')}, ${dropped} | ${above} | ${found} |`,
	);
	// Each `info` has to be true as well: one of each rule can be read.
	for (const {severity, rule, program: of, message, evidence} of [...alarms.slice(0, 20), ...examples]) {
		console.error(`${name}: ${severity} ${rule} (${of}): ${message}`);
		for (const {source, fact} of evidence) console.error(`    ${source}: ${fact}`);
	}

	for (const {level, source, message} of troubles)
		console.error(`${name}: ${level} of ${source}: ${message}`);
	const hasRun = (counts[load.count] ?? 0) > load.perSecond * seconds;
	return alarms.length === 0 && troubles.length === 0 && hasRun;
}

const asked = [...soakPrograms, ...serverPrograms].filter(
	({name}) => names.length === 0 || names.includes(name),
);
for (const {name, skip} of asked) if (skip !== null) console.error(`${name}: ${skip}`);
console.log(`${seconds} seconds each, at the same time\n`);
console.log('| program | seconds | load | sockets, steps, lost | above info | findings by rule |');
console.log('| --- | ---: | --- | --- | ---: | --- |');
try {
	const results = await Promise.all(asked.filter(({skip}) => skip === null).map(line));
	process.exitCode = results.length > 0 && results.every(isGood => isGood) ? 0 : 1;
} finally {
	for (const end of ends.reverse()) await end();
}
