// Sockets that were made and not used, and pipes of children, beside connections that live.
import {expect, test} from 'vitest';
import {z} from 'zod';
import {socketFact, startNetwatch} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {agreedRow} from '../../../helpers/records/match-rows.ts';

test('an unused socket that nothing refers to leaves when it is collected, and for that reason', async context => {
	const script = `
		const net = require('node:net');
		for (let left = 3; left > 0; left--) new net.Socket();
		process.stdin.on('end', () => process.exit()).on('data', () => gc());
	`;
	const netwatch = startNetwatch(context, [targetNode, '--expose-gc', '-e', script]);
	await netwatch.until(() => netwatch.rows.size === 3);
	for (const {stage} of netwatch.rows.values()) expect(stage).toBe('created');
	// One collection may come while the hook itself looks at a socket.
	await netwatch.until(() => {
		netwatch.write('gc\n');
		return [...netwatch.rows.values()].every(({stage}) => stage === 'closed');
	});
	for (const id of netwatch.rows.keys())
		expect(netwatch.stepsOf(id).at(-1)).toMatchObject({step: 'close', hadError: false, reason: 'collected'});
});

test('each unused socket is closed once, and the other sockets are still read as before', async context => {
	const netwatch = startNetwatch(context, [targetNode, target('unused-sockets')]);
	const {clients} = await netwatch.fact('written', z.object({clients: z.array(socketFact)}));
	for (const client of clients) {
		const row = await agreedRow(netwatch, client, {role: 'client'});
		expect(row.process?.bytesWritten).toBe(240);
	}

	netwatch.write('end\n');
	const summary = await netwatch.summary();
	const unused = [...netwatch.rows.values()].filter(({peer, role}) => peer === null && role !== 'listener');
	expect(unused).toHaveLength(3);
	for (const {id, kind} of unused) {
		expect(kind).toBe('tcp');
		expect(netwatch.stepsOf(id).filter(({step}) => step === 'close')).toHaveLength(1);
	}

	// The pipes of a child are no sockets of the program's, also where one fails.
	expect(summary).toMatchObject({rows: 5 + 5 + 3 + 1, byCode: {}, exitCode: 0});
});
