import {describe, expect, it} from 'vitest';
import {keyTable} from '../../../../source/screen/keys/keys.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {expectationFor, type Seen, seen, type Way} from '../../../helpers/screen/key-effects.ts';
import {everythingModel, wideOutput} from '../../../helpers/screen/sample-wide-text.ts';

const uses = keyTable.flatMap(({id, keys, modes: where}) =>
	where.map(mode => ({name: `${keys.join(' ')} in ${mode}: ${id}`, id, mode, key: keys[0] ?? ''})),
);

/** The screen of each place before the key: the same for all keys. */
const before = new Map<Way, Seen>();

describe('every key has its documented effect wherever it works', () => {
	it.each(uses)('$name', ({id, mode, key}) => {
		const expectation = expectationFor(id, mode);
		if (expectation === undefined)
			throw new Error(`say in test/helpers/screen/key-effects.ts what ${key} has to do in ${mode} (${id})`);
		const {from, check} = expectation;
		const screen = draw({model: everythingModel(), output: wideOutput(), columns: 80, rows: from.rows});
		screen.press(...from.keys);
		const there = before.get(from) ?? seen(screen);
		before.set(from, there);
		expect(there.mode).toBe(mode);
		screen.press(key);
		check(there, seen(screen));
	});
});
