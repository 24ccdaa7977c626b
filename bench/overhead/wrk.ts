import {start} from './program.ts';

export type WrkReport = {seconds: number; requests: number; bytes: number};

/**
 * Loads a server from one thread of wrk.
 *
 * @param seconds a whole number: wrk takes no other
 * @throws where a request failed: such a rate would be no rate of the server
 */
export async function runWrk(flags: readonly string[], seconds: number, url: string): Promise<WrkReport> {
	const program = start({
		command: 'wrk',
		// A slow answer is no failure.
		args: ['-t1', ...flags, '--timeout', '20s', `-d${seconds}s`, '-s', 'bench/overhead/wrk-report.lua', url],
		stderr: 'keep',
	});
	for (;;) {
		const [word, ...numbers] = (await program.line()).split(' ');
		if (word !== 'report') continue;
		await program.ended();
		const [microseconds = 0, requests = 0, bytes = 0, failed = 0] = numbers.map(Number);
		if (failed > 0) throw new Error(`wrk counted ${failed} errors at ${url}`);
		return {seconds: microseconds / 1e6, requests, bytes};
	}
}
