import {expect, test} from 'vitest';
import {createHeirs} from '../../../../source/model/table/replaced-rows.ts';

test('the heirs of the newest rows are remembered, and of a bounded number', () => {
	const heirs = createHeirs();
	for (let count = 0; count < 5000; count++) heirs.note(`k.${count}`, `1.0.${count}`);
	expect(heirs.of('k.4999')).toBe('1.0.4999');
	expect(heirs.of('k.3000')).toBe('1.0.3000');
	expect(heirs.of('k.2999')).toBe(null);
	heirs.note('k.3000', '2.0.1');
	heirs.note('k.5000', '1.0.5000');
	expect(heirs.of('k.3000')).toBe('2.0.1');
});
