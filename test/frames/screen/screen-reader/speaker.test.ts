import {describe, expect, it} from 'vitest';
import {createAnnouncer} from '../../../../source/screen/screen-reader/speaker.ts';
import {draw} from '../../../helpers/screen/draw.tsx';

describe("the screen reader's output", () => {
	it('has only changes, at most every five seconds, and the answer to a key at once', () => {
		const screen = draw();
		const said: string[] = [];
		const shown: (readonly string[])[] = [];
		const {store} = screen;
		const speaker = createAnnouncer({
			...store,
			announce: lines => said.push(...lines),
			showLines: lines => shown.push(lines),
		});
		store.subscribe(speaker.update);
		speaker.update();
		const before = [said.length, shown.length];
		const row = [...screen.model.rows.values()].find(({stage}) => stage === 'open');
		for (let second = 0; second < 4; second++) {
			if (row) row.stage = second % 2 === 0 ? 'paused' : 'draining';
			screen.later(1000);
		}
		expect([said.length, shown.length]).toEqual(before);
		screen.press('down');
		expect(shown.at(-1)?.[1]).toMatch(/^Row 1 of 11: server\.js 4712, /);
		screen.later(1000);
		screen.later(1000);
		expect(said.length).toBeGreaterThan(before[0] ?? 0);
		expect(said.slice(before[0]).every(line => /draining|Gone|New|Now/.test(line))).toBe(true);
	});
});
