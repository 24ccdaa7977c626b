import {runDoctor} from './source/cli/commands/doctor.ts';
import {runWatch} from './source/cli/commands/watch.ts';
import {parseArguments} from './source/cli/options/arguments.ts';
import {handleFatalErrors} from './source/cli/process/fatal-errors.ts';
import {limitHeapGrowth} from './source/cli/process/heap.ts';
import {writeStderr} from './source/cli/process/stderr.ts';

declare const __VERSION__: string;

const argv = process.argv.slice(2);
handleFatalErrors({exitCode: 125, version: __VERSION__, argv});
limitHeapGrowth();
// A command that was left running would keep netwatch waiting for it; what is written is written by now.
process.exit(await main(argv));

/** Arguments → mode → exit code. */
async function main(argv: readonly string[]): Promise<number> {
	if (process.platform === 'win32')
		return fail('Windows is not supported: there is no FIFO for the hooks to report to');
	const parsed = parseArguments(argv, __VERSION__);
	if ('exit' in parsed) {
		process.stdout.write(parsed.exit.stdout);
		writeStderr(parsed.exit.stderr);
		return parsed.exit.code;
	}

	try {
		if ('doctor' in parsed) return await runDoctor(parsed.doctor, __VERSION__);
		return await runWatch(parsed.run, __VERSION__);
	} catch (error) {
		return fail(error instanceof Error ? error.message : String(error));
	}
}

function fail(message: string): number {
	writeStderr(`netwatch: ${message}\n`);
	return 125;
}
