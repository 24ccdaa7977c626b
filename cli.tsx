import {runCommandLine} from './source/cli/commands/command-line.ts';
import {failureCode} from './source/cli/options/arguments.ts';
import {handleFatalErrors} from './source/cli/process/fatal-errors.ts';
import {limitHeapGrowth} from './source/cli/process/heap.ts';
import {writeStderr} from './source/cli/process/stderr.ts';

declare const __VERSION__: string;

const argv = process.argv.slice(2);
handleFatalErrors({exitCode: failureCode, version: __VERSION__, argv});
limitHeapGrowth();
// The handle of a command that keeps running would keep netwatch alive; all output is written by now.
process.exit(await main(argv));

/** Arguments → command → exit code. */
async function main(argv: readonly string[]): Promise<number> {
	if (process.platform === 'win32')
		return fail('Windows is not supported: there is no FIFO for the hooks to report to');
	try {
		return await runCommandLine(argv, __VERSION__);
	} catch (error) {
		return fail(error instanceof Error ? error.message : String(error));
	}
}

function fail(message: string): number {
	writeStderr(`netwatch: ${message}\n`);
	return failureCode;
}
