import {join} from 'node:path';
import {expect, test} from 'vitest';
import {z} from 'zod';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';

test('listeners by descriptor have the kind, the address and the kernel view of those by name', async context => {
	const path = join(temporaryDirectory(context), 'handed.sock');
	const netwatch = startNetwatch(context, [targetNode, target('listens-by-descriptor'), path]);
	const {pid, port} = await netwatch.fact('ready', z.object({pid: z.number(), port: z.number()}));
	const local = [{path}, {address: '127.0.0.1', port, family: 4}];
	const rows = await netwatch.until(() => {
		const own = [...netwatch.rows.values()].filter(row => row.pid === pid && row.kernel?.state === 'LISTEN');
		return own.length === 2 && own.every(row => row.local !== null) ? own : undefined;
	});
	const role = 'listener';
	const seen = {role, stage: 'listening', joinedBy: 'inode', kernel: {state: 'LISTEN', sendQ: 511}};
	expect(rows.toSorted((one, other) => (one.kind < other.kind ? 1 : -1))).toMatchObject([
		{kind: 'unix', local: local[0], ...seen},
		{kind: 'tcp', local: local[1], ...seen},
	]);
	netwatch.write('end\n');
	expect((await netwatch.summary()).exitCode).toBe(0);
});
