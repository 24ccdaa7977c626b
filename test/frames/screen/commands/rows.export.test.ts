import {expect, it} from 'vitest';
import {draw} from '../../../helpers/screen/draw.tsx';
import {makeModel} from '../../../helpers/screen/sample-model.ts';

const written = (asked: string[]): string[] =>
	asked
		.findLast(one => one.startsWith('write '))
		?.split(' ')
		.slice(1) ?? [];

const shown = (screen: ReturnType<typeof draw>): string[] => {
	const {body} = screen.store.frame();
	return body.type === 'table' ? body.table.rows.map(({id}) => id) : [];
};

it('the key e writes the filtered rows, in their order', () => {
	const screen = draw();
	screen.press('S', 'e');
	expect(written(screen.asked)).toEqual(shown(screen));
	expect(written(screen.asked)).toHaveLength(11);
	screen.press('/', '"kind:tcp role:server"', 'enter', 's', 'right', 'right', 'enter', 'e');
	expect(written(screen.asked)).toEqual(shown(screen));
	expect(written(screen.asked).length).toBeLessThan(11);
	screen.press('2', 'esc', '2', 'e');
	expect(written(screen.asked)).toEqual(shown(screen));
});

it('the export includes rows that have no room on the screen', () => {
	const screen = draw({rows: 10});
	screen.press('e');
	expect(written(screen.asked)).toHaveLength(11);
});

it('the export of a paused snapshot has the rows that it shows', () => {
	const screen = draw();
	const before = shown(screen);
	screen.press('p');
	screen.model.rows.clear();
	screen.changed();
	screen.press('e');
	expect(written(screen.asked)).toEqual(before);
});

it('the export of no rows says so', () => {
	const screen = draw({model: makeModel()});
	screen.press('e');
	expect(screen.lines().at(-1)).toBe(' there is no row to write');
	expect(screen.asked).toEqual([]);
});
