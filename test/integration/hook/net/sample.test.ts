import {join} from 'node:path';
import {expect, test} from 'vitest';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {root, targetNode} from '../../../helpers/process/paths.ts';
import {raisedRules} from '../../../helpers/scenarios/scenario.ts';

/** A TLS connection in one process whose client is unref()'d, and which ends by process.exit() on a line of input. */
const program = `
	const [, support] = process.argv;
	const fs = require('node:fs'), tls = require('node:tls');
	const read = name => fs.readFileSync(support + '/' + name);
	const server = tls.createServer({key: read('public-test-key.pem'), cert: read('public-test-certificate.pem')}, socket => socket.resume());
	server.listen(0, '127.0.0.1', () => {
		const {port} = server.address();
		const client = tls.connect({port, host: '127.0.0.1', rejectUnauthorized: false}, () => { client.write('x'); client.unref(); });
	});
	process.stdin.once('data', () => process.exit());`;

test('a TLS socket that its program unref()s is not referenced, and no leak at the exit', async context => {
	const netwatch = startNetwatch(context, [targetNode, '-e', program, join(root, 'examples/support')]);
	const client = await netwatch.until(() =>
		[...netwatch.rows.values()].find(
			({role, kind, process}) => role === 'client' && kind === 'tls' && process?.referenced === false,
		),
	);
	const server = await netwatch.until(() =>
		[...netwatch.rows.values()].find(
			({role, kind, process}) => role === 'server' && kind === 'tls' && process,
		),
	);
	expect(server.process?.referenced).toBe(true);
	netwatch.write('end\n');
	await netwatch.summary();
	expect(netwatch.rows.get(client.id)?.stage).toMatch(/closed|lingering/);
	expect(raisedRules(netwatch)).not.toContain('leaked-at-exit');
});
