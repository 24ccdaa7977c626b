import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {type Bundle, bundle} from '../helpers/process/bundle.ts';
import {keys, startTerminal, type TestTerminal} from '../helpers/terminal/terminal.ts';

describe('in a real terminal', () => {
	let fixture: Bundle;
	const started: TestTerminal[] = [];
	beforeAll(async () => {
		fixture = await bundle('test/programs/screen-fixture.tsx');
	});
	afterEach(async () => {
		await Promise.all(started.splice(0).map(terminal => terminal.end()));
	});
	afterAll(() => fixture.remove());

	const show = (scene: string): TestTerminal => {
		const terminal = startTerminal(process.execPath, [fixture.file, scene], {
			cols: 100,
			rows: 40,
			env: {INK_SCREEN_READER: 'true'},
		});
		started.push(terminal);
		return terminal;
	};

	it('the screen reader output is sentences without styles, boxes or blocks, below the earlier lines of the terminal', async () => {
		const terminal = show('sample');
		await terminal.waitFor('No row is chosen: the down arrow chooses one.');
		expect(terminal.altBufferActive()).toBe(false);
		expect(terminal.screen()[0]).toBe('before the screen');
		for (const [key, expected] of [
			[keys.down, /^Row 1 of 11: server\.js 4712, /m],
			[keys.enter, /^KERNEL/m],
			[keys.esc, /^Row 1 of 11: /m],
			['/', /^\/.*11\/11/m],
			['state:listening', /state:listening.*1\/11/],
			[keys.enter, /1 of 11 rows/],
			['5', /^program server\.js, pid 4712, state hooked/m],
			['?', /this help/],
		] as const) {
			terminal.type(key);
			await terminal.waitFor(expected);
		}
		expect(terminal.screen().join('\n')).not.toMatch(/[\u2500-\u259f▶▸]/);
		expect(terminal.received()).not.toMatch(/\x1b\[[\d;]+m/);
	});
});
