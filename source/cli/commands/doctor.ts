/** `netwatch doctor`: checks the system's capabilities and names a remedy for each failure. */
import {fileURLToPath} from 'node:url';
import {processId} from '../options/parsers.ts';
import type {Command} from './command.ts';

const defaultWidth = 100;

export const doctor: Command = {
	name: 'doctor',
	usage: '[options] [PID]',
	summary: 'what works here, and how to mend the rest',
	options(program) {
		program
			.description('Shows what of netwatch works here, and how to mend the rest.')
			.argument('[pid]', 'a process: can its network namespace be watched?', processId)
			.option('--json', 'one record a line instead of text')
			.helpOption('-h, --help', 'print this help')
			.addHelpText('after', exitCodeHelp);
	},
	run(program, version) {
		const [pid]: (number | undefined)[] = program.processedArgs;
		return runDoctor({json: program.opts<{json?: boolean}>().json ?? false, pid: pid ?? null}, version);
	},
};

const exitCodeHelp = `
Exit code: 0 where all that is needed works, 1 where something needed is missing.
`;

type DoctorOptions = {
	/** Records instead of text. */
	json: boolean;
	/** A process whose namespace is checked as well; null for none. */
	pid: number | null;
};

/** @returns the exit code: 1 when a required check fails */
async function runDoctor({json, pid}: DoctorOptions, version: string): Promise<number> {
	const [{createHost}, {runChecks}, {printRecords, printResults}] = await Promise.all([
		import('../../doctor/host.ts'),
		import('../../doctor/index.ts'),
		import('../../doctor/print.ts'),
	]);
	const results = await runChecks(createHost(fileURLToPath(new URL('hook.cjs', import.meta.url))), pid);
	const {stdout, env} = process;
	const text = json
		? printRecords(results)
		: printResults(results, {
				width: stdout.columns ?? defaultWidth,
				colour: stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
				version,
			});
	await new Promise(resolve => stdout.write(text, resolve));
	return results.some(({verdict}) => verdict === 'fail') ? 1 : 0;
}
