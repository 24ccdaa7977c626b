import {expect, test} from 'vitest';
import {createReplacedRows} from '../../../../source/model/table/replaced-rows.ts';

test('replaced rows are remembered for the newest rows, up to a bound', () => {
	const heirs = createReplacedRows();
	for (let count = 0; count < 5000; count++) heirs.record(`k.${count}`, `1.0.${count}`);
	expect(heirs.replacementOf('k.4999')).toBe('1.0.4999');
	expect(heirs.replacementOf('k.3000')).toBe('1.0.3000');
	expect(heirs.replacementOf('k.2999')).toBe(null);
	heirs.record('k.3000', '2.0.1');
	heirs.record('k.5000', '1.0.5000');
	expect(heirs.replacementOf('k.3000')).toBe('2.0.1');
});
