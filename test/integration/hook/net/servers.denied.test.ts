// listen() under Node's permission model, which refuses it by an exception.
import {expect, test} from 'vitest';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {targetNode} from '../../../helpers/process/paths.ts';
import {targetMajor} from '../../../helpers/process/target-version.ts';

test('a listen() that throws for want of --allow-net has a row with that error', async context => {
	if (targetMajor < 25) context.skip('the permission model covers the network since Node 25');
	const script = `
		const server = require('node:net').createServer();
		try { server.listen(0); } catch ({code}) { console.log(code); }
		process.stdin.on('data', () => process.exit());
	`;
	const words = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*', '-e', script];
	const netwatch = startNetwatch(context, [targetNode, ...words]);
	const row = await netwatch.until(() => [...netwatch.rows.values()].find(({stage}) => stage === 'failed'));
	expect(row).toMatchObject({
		role: 'listener',
		local: null,
		error: {operation: 'listen', code: 'ERR_ACCESS_DENIED'},
	});
	const {message} = await netwatch.until(() => netwatch.all('diagnosis')[0]);
	expect(message).toMatch(/^listen was not allowed by Node's permission model/);
	netwatch.write('end\n');
	expect(await netwatch.summary()).toMatchObject({exitCode: 0});
	expect(netwatch.stderr()).toContain('ERR_ACCESS_DENIED\n');
	expect(netwatch.all('diagnosis').map(({rule}) => rule)).toEqual(['permission-denied']);
});
