// The resolver settings of a process, read from outside.
import {expect, test} from 'vitest';
import {readResolverConfig} from '../../../source/procfs/resolv-conf.ts';
import {node} from '../../helpers/process/paths.ts';
import {start} from '../../helpers/process/program.ts';

test('the resolver of a running process is read, and that of an exited one is unknown', async context => {
	const program = start(context, node, ['-e', 'console.log(1); setTimeout(() => {}, 30_000)'], {
		env: {UV_THREADPOOL_SIZE: '7'},
	});
	await program.until(() => program.stdout());
	expect(await readResolverConfig(program.pid)).toMatchObject({threads: 7, attempts: expect.any(Number)});
	await program.end();
	expect(await readResolverConfig(program.pid)).toBeNull();
});
