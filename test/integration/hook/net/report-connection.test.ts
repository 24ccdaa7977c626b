// Connections that end before any snapshot: their rows are complete all the same.
import {expect, test} from 'vitest';
import {z} from 'zod';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {names} from '../../../helpers/records/match-rows.ts';

const served = z.object({port: z.number(), peers: z.array(z.object({path: z.string(), port: z.number()}))});

test('each request of a burst has its row, with address, first bytes, label, ends and reason', async context => {
	const netwatch = startNetwatch(context, [targetNode, target('short-lived')]);
	const fact = await netwatch.fact('served', served);
	expect(await netwatch.summary()).toMatchObject({rows: 2 * 40 + 1});
	expect(fact.peers).toHaveLength(40);
	const all = [...netwatch.rows.values()].filter(({role}) => role === 'server');
	const rows = all.filter(({process}) => process !== null);
	expect(rows).toHaveLength(40);
	// A snapshot may have shown some before their accept was reported: such a row has given way to the process's.
	const queued = all.filter(({process}) => process === null);
	const gone = new Set(netwatch.all('gone').map(({id}) => id));
	expect(queued.filter(({id}) => !gone.has(id))).toEqual([]);
	const peers = new Set(rows.map(({peer}) => JSON.stringify(peer)));
	expect(queued.filter(({peer}) => !peers.has(JSON.stringify(peer)))).toEqual([]);
	const listener = [...netwatch.rows.values()].find(({role}) => role === 'listener');
	for (const {path, port} of fact.peers) {
		const row = rows.find(({peer}) => peer !== null && 'port' in peer && peer.port === port);
		expect(row).toMatchObject({
			kind: 'tcp',
			// The kernel may still have the end that closed first.
			stage: expect.stringMatching(/^(closed|lingering)$/),
			local: {address: '127.0.0.1', port: fact.port, family: 4},
			label: `GET ${path} 202`,
			listener: listener?.id,
			error: null,
			process: {bytesRead: expect.any(Number), bytesWritten: expect.any(Number)},
		});
		const steps = netwatch.stepsOf(row?.id ?? '');
		expect(new Set(names(steps))).toEqual(
			new Set(['create', 'accept', 'first-in', 'first-out', 'response', 'local-end', 'close']),
		);
		const [create] = steps;
		const close = steps.at(-1);
		expect(create?.step).toBe('create');
		expect(close).toMatchObject({step: 'close', hadError: false, reason: 'local-end'});
		expect(close?.at).toBeGreaterThan(create?.at ?? 0);
	}

	expect(JSON.stringify(netwatch.records)).not.toContain('secret');
});
