import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {filterWords} from '../../../../source/query/filter/index.ts';
import {helpLines} from '../../../../source/screen/chrome/help.ts';
import {columnDocs} from '../../../../source/screen/columns/column-docs.ts';
import {keyLabels, keyTable} from '../../../../source/screen/keys/keys.ts';
import type {Mode} from '../../../../source/screen/state/state.ts';
import {makeNotice, sampleNow} from '../../../helpers/screen/sample-model.ts';

const page = (place: Mode, width: number): string[] =>
	helpLines([makeNotice('install iproute2 with the package manager of the system to see the kernel view')], {
		...{place, now: sampleNow, width},
	}).map(line =>
		line
			.map(({text}) => text)
			.join('')
			.trimEnd(),
	);
/** The lines as one text, wherever the lines are broken. */
const flat = (lines: string[]): string => lines.join(' ').replace(/\s+/g, ' ');

const places = [
	'connections',
	'listeners',
	'diagnoses',
	'finding',
	'routes',
	'detail',
	'processes',
	'output',
] as const;

describe('the help page', () => {
	it.each(places)('opened from %s lists first the keys that work there', place => {
		const lines = page(place, 80);
		expect(lines[0]).toMatch(/^ Here: /);
		// Then come the keys of other places: the first heading that names none of this one.
		const end = lines.findIndex(line => /^ [A-Z]/.test(line) && !/^ (Here|What netwatch noticed)/.test(line));
		const works = keyTable.filter(({modes: where}) => where.includes(place));
		for (const {keys, title} of works) {
			expect(flat(lines.slice(0, end))).toContain(flat([`${keyLabels(keys)} ${title}`]));
		}
		const first = lines[1] ?? '';
		const own = works.find(({modes: where}) => where.length <= 3);
		if (own) expect(first).toContain(keyLabels(own.keys));
	});

	it.each([40, 60, 80, 120, 200])('at %d columns is whole: lines are broken and nothing is cut', width => {
		for (const place of places) {
			const lines = page(place, width);
			for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
			const text = flat(lines);
			for (const {title} of keyTable) expect(text).toContain(flat([title]));
			for (const {example, matches} of filterWords) expect(text).toContain(`${example} ${matches}`);
			for (const {columns} of columnDocs)
				for (const {title, description} of columns) expect(text).toContain(`${title} ${description}`);
			expect(text).toContain('package manager of the system');
			expect(text).not.toContain('…');
		}
	});

	it('lists each key once per place', () => {
		const text = flat(page('connections', 200));
		expect(text.split('stop the picture, and let it go on')).toHaveLength(2);
		expect(text.split('pick the column to sort by')).toHaveLength(2);
	});
});
