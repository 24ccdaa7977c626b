/** Filters that are kept from one run of netwatch to the next. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {temporaryDirectory} from '../helpers/process/temporary-directory.ts';
import {keys, startTerminal} from '../helpers/terminal/terminal.ts';

test('a kept filter is in the history of the next run: ↑ in the prompt shows it', async () => {
	const home = temporaryDirectory();
	for (const run of ['first', 'second']) {
		await using terminal = startTerminal(
			'node',
			['dist/cli.js', '--', 'node', '-e', 'setTimeout(Date, 60000)'],
			{
				env: {XDG_STATE_HOME: home},
			},
		);
		await terminal.waitFor('q quit');
		terminal.type('/');
		await terminal.waitFor('any text');
		if (run === 'first') terminal.type(`kind:tcp${keys.enter}`);
		else terminal.type(keys.up);
		await terminal.waitFor('/kind:tcp');
		if (run === 'second') terminal.type(keys.esc);
		await terminal.waitFor('q quit');
		terminal.type('qe');
		await terminal.exited;
		expect(existsSync(join(home, 'netwatch', 'filters'))).toBe(true);
	}
});
