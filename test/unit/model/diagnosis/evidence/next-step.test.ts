// Commands about processes that have ended, and about unix sockets.
import {describe, expect, test} from 'vitest';
import {withRunnableNext} from '../../../../../source/model/diagnosis/evidence/next-step.ts';
import {base, origin, program} from '../../../../helpers/model/hook-only-program.ts';

const findingWith = (argv: readonly string[]) => ({
	operation: 'connect' as const,
	local: null,
	peer: null,
	message: 'connect',
	evidence: [],
	next: {argv},
});

describe('the next command about a process', () => {
	const commands = [
		[
			['nsenter', '-t', '4711', '-n', 'ss', '-tlnp'],
			'in the network namespace that pid 4711 had, which has ended: ss -tlnp',
		],
		[['ls', '-l', '/proc/4711/fd'], 'pid 4711 has ended; while it runs: ls -l /proc/4711/fd'],
		[
			['top', '-H', '-b', '-n', '1', '-p', '4711'],
			'pid 4711 has ended; while it runs: top -H -b -n 1 -p 4711',
		],
	] as const;

	test.each(commands)('%j is advice once that has ended', (argv, advice) => {
		const {model} = program();
		const finding = findingWith(argv);
		expect(withRunnableNext(finding, model)?.next).toEqual({argv});
		model.apply({type: 'process', event: 'exit', at: base + 1, ...origin, exitCode: 0, signal: null});
		expect(withRunnableNext(finding, model)?.next).toEqual({advice});
	});

	test.each([
		[['ss', '-tlnp', 'sport', '=', ':4711']],
		[['ls', '-l', '/proc/99/fd']],
		[['ip', 'route', 'get', '10.0.0.1']],
	])('%j names no process that has ended', argv => {
		const {model} = program();
		model.apply({type: 'process', event: 'exit', at: base + 1, ...origin, exitCode: 0, signal: null});
		expect(withRunnableNext(findingWith(argv), model)?.next).toEqual({argv});
	});
});
