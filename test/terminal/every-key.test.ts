import {Unicode11Addon} from '@xterm/addon-unicode11';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {panelModes} from '../../source/screen/keys/entries/types.ts';
import {keyTable} from '../../source/screen/keys/keys.ts';
import {modeOf} from '../../source/screen/state/state.ts';
import {type Bundle, bundle} from '../helpers/process/bundle.ts';
import {type Drawn, draw} from '../helpers/screen/draw.tsx';
import {expectationFor, ways} from '../helpers/screen/key-effects.ts';
import {everythingModel, wideOutput} from '../helpers/screen/sample-wide-text.ts';
import {typed} from '../helpers/terminal/key-bytes.ts';
import {startTerminal, type TestTerminal} from '../helpers/terminal/terminal.ts';

let fixture: Bundle;
let terminal: TestTerminal;

beforeAll(async () => {
	fixture = await bundle('test/programs/screen-fixture.tsx');
});
afterEach(() => terminal.end());
afterAll(() => fixture.remove());

/** They end the screen: shell-restored.test.ts checks the terminal after it. */
const endings: ReadonlySet<string> = new Set(['quit-end', 'quit-leave']);

/** Each key of the table once, in the first place where it works. */
const presses = keyTable
	.filter(({id}) => !endings.has(id))
	.flatMap(({id, keys, modes: [mode = 'connections']}) => keys.map(key => ({id, key, mode})))
	.filter(({key, mode}, index, all) => index === all.findIndex(one => one.key === key && one.mode === mode));

const size = {columns: 80, rows: 24};

/** Both screens get the same keys, and have to show the same. */
const pressBoth = async (screen: Drawn, ...keys: string[]): Promise<void> => {
	const asked = screen.asked.length;
	screen.press(...keys);
	// The effects of the real owner.
	if (screen.asked.slice(asked).some(one => one.startsWith('all '))) {
		screen.model.showsAll = !screen.model.showsAll;
		screen.changed();
	}
	const expected = screen
		.lines()
		.map(line => line.trimEnd())
		.join('\n');
	for (const key of keys) terminal.type(typed(key));
	try {
		await terminal.waitFor(lines => lines.join('\n') === expected);
	} catch (error) {
		throw new Error(`after ${keys.join(' ')} it should be\n${expected}`, {cause: error});
	}
};

/** Out of any page or prompt, to a tab: a digit would be typed into a prompt. */
const leave = async (screen: Drawn): Promise<void> => {
	while (!panelModes.includes(modeOf(screen.store.state()))) await pressBoth(screen, 'esc');
};

describe('on the keyboard of a real terminal', () => {
	it('every key of the table has its documented effect on the screen', {timeout: 120_000}, async () => {
		terminal = startTerminal(process.execPath, [fixture.file, 'everything'], {cols: 80, rows: 24});
		terminal.emulator.loadAddon(new Unicode11Addon());
		terminal.emulator.unicode.activeVersion = '11';
		const screen = draw({model: everythingModel(), output: wideOutput(), ...size});
		for (const {id, key, mode} of presses) {
			await leave(screen);
			await pressBoth(screen, ...(expectationFor(id, mode)?.from ?? ways[mode]).keys);
			expect(modeOf(screen.store.state())).toBe(mode);
			await pressBoth(screen, key);
		}
		await leave(screen);
		await pressBoth(screen, 'q');
		screen.press('e');
		terminal.type('e');
		await terminal.exited;
		const asked = screen.asked.filter(one => !/^(redraw$|(columns|copy|forget|remember|write) )/.test(one));
		expect(terminal.screen().join('\n')).toContain(`asked: ${asked.join(', ')}`.slice(0, size.columns));
	});
});
