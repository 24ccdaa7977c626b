import {expect, it} from 'vitest';
import {draw} from '../../../helpers/screen/draw.tsx';

it("on a narrow terminal the header's values are explained below it, in the whole width", () => {
	const screen = draw({columns: 40, rows: 60});
	screen.press('?', 'G');
	const lines = screen.lines();
	const at = lines.findIndex(line => / hooked$/.test(line) && line.startsWith('   '));
	expect(at).toBeGreaterThan(2);
	expect(lines[at + 1]).toMatch(/^ {5}threads with a hook, which reports$/);
	expect(lines[at + 2]).toMatch(/^ {5}the process's view$/);
});
