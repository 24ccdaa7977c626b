import {describe, expect, it} from 'vitest';
import {createRowChanges} from '../../../../source/screen/screen-reader/changes.ts';
import {makeRow} from '../../../helpers/model/row.ts';
import {address, sampleNow} from '../../../helpers/screen/sample-model.ts';

describe("the screen reader's changes", () => {
	it('are new rows, moved rows and removed rows', () => {
		const changes = createRowChanges();
		const one = makeRow({id: '1', role: 'client', peer: address('10.0.0.1', 1)});
		const two = makeRow({id: '2', role: 'client', peer: address('10.0.0.2', 2)});
		expect(changes.take([one], sampleNow)).toHaveLength(1);
		expect(changes.take([one], sampleNow + 60_000)).toEqual([]);
		expect(changes.take([{...one, stage: 'draining'}, two], sampleNow)).toEqual([
			expect.stringMatching(/^server\.js \d+, draining to 10\.0\.0\.1 port 1/),
			expect.stringMatching(/^New: .* 10\.0\.0\.2 port 2/),
		]);
		expect(changes.take([two], sampleNow)).toEqual([expect.stringMatching(/^Gone: .* 10\.0\.0\.1 port 1$/)]);
		const many = Array.from({length: 30}, (_, index) => makeRow({id: `m${index}`, role: 'client'}));
		expect(changes.take([two, ...many], sampleNow).at(-1)).toBe('and 24 more changes');
	});
});
