// Records that cannot be written: the disk is full, or the file has reached the size that it may have.
import {join} from 'node:path';
import {describe, expect, type TestContext, test} from 'vitest';
import {record} from '../../../../source/records/format/schema.ts';
import {isRoot} from '../../../helpers/process/is-root.ts';
import {cli, node} from '../../../helpers/process/paths.ts';
import {start} from '../../../helpers/process/program.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';

/** Runs `netwatch --json -- sh -c COMMAND` by a shell, which redirects the records. */
const run = (context: TestContext, script: string, command: string) =>
	start(context, 'sh', ['-c', script, node, cli, command]);

describe.concurrent('records without room', () => {
	for (const [code, exitCode] of [
		[0, 125],
		[3, 3],
	] as const) {
		test(`are counted on standard error; netwatch exits with ${exitCode} after a command with ${code}`, async context => {
			const program = run(
				context,
				'exec "$0" "$1" --json -- sh -c "$2" >/dev/full',
				`echo begun; read _; echo over; exit ${code}`,
			);
			const full =
				'netwatch: records cannot be written: the disk is full (ENOSPC); up to 16M of them wait for room\n';
			await program.until(() => program.stderr().includes('begun\n') && program.stderr().includes(full));
			program.write('\n');
			expect(await program.ended).toMatchObject({exitCode});
			const said = program.stderr();
			expect(said).toContain('over\n');
			expect(said.split(full)).toHaveLength(2);
			expect(said).toMatch(/\nnetwatch: \d+ records are lost: the disk is full \(ENOSPC\)\n$/);
		});
	}

	test('are lost where a file has reached its size limit, and the command goes on', async context => {
		const path = join(temporaryDirectory(context), 'records');
		const program = run(
			context,
			`ulimit -f 1; exec "$0" "$1" --json -- sh -c "$2" >'${path}'`,
			'read _; exit 0',
		);
		await program.until(() => program.stderr().includes('the file would be too large (EFBIG)'));
		program.write('\n');
		expect(await program.ended).toMatchObject({exitCode: 125});
		expect(program.stderr()).toMatch(/netwatch: \d+ records? (?:is|are) lost: the file would be too large/);
	});

	test('are all written, each line whole, once there is room again', async context => {
		const directory = temporaryDirectory(context);
		const space = isRoot ? '--mount' : '--map-root-user --mount';
		const inside = `
			mount -t tmpfs -o size=16k none '${directory}'; head -c 12288 /dev/zero >'${directory}/filler'
			"$0" "$1" --json -- sh -c "$2" >'${directory}/records'
			code=$?; cat '${directory}/records'; exit $code`;
		const program = run(
			context,
			`exec unshare ${space} sh -c "$SCRIPT" "$0" "$1" "$2"`.replace(
				'"$SCRIPT"',
				`'${inside.replaceAll("'", `'\\''`)}'`,
			),
			`read _; rm '${directory}/filler'; read _; exit 0`,
		);
		await program.until(() => program.stderr().includes('the disk is full (ENOSPC)'));
		program.write('\n');
		program.write('\n');
		expect(await program.ended).toMatchObject({exitCode: 0});
		expect(program.stderr()).not.toContain('lost');
		const lines = program.stdout().trimEnd().split('\n');
		const types = lines.map(line => record.parse(JSON.parse(line)).type);
		expect([types[0], types.at(-1)]).toEqual(['session', 'summary']);
	});
});
