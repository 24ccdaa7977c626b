/** `netwatch doctor`: what works here, and how to mend the rest. */
import {fileURLToPath} from 'node:url';
import {createHost} from '../../doctor/host.ts';
import {runChecks} from '../../doctor/index.ts';
import {printRecords, printResults} from '../../doctor/print.ts';
import type {DoctorArguments} from '../options/arguments.ts';

const defaultWidth = 100;

/** @returns the exit code: 1 where something that is needed does not work */
export async function runDoctor({json, pid}: DoctorArguments, version: string): Promise<number> {
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
