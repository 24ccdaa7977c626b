/** Compares frames by all that drawing and keys depend on. Stops at the first difference. Pure. */
import {unreachable} from '../../shared/unreachable.ts';
import {isSameLines} from '../lines/same-line.ts';
import type {Scroll} from '../lines/scroll.ts';
import type {Geometry} from '../state/geometry.ts';
import {isSameTable} from '../table/same-table.ts';
import type {Section} from '../table/section.ts';
import {isSameProcessTable} from '../tabs/processes/same-process-table.ts';
import type {Size} from '../terminal/size.ts';
import type {Body, Frame} from './types.ts';

export const isSameFrame = (one: Frame, other: Frame): boolean =>
	one === other ||
	(one.mode === other.mode &&
		// Keys scroll and toggle by these, drawn or not.
		one.detailLayout === other.detailLayout &&
		isSameScroll(one.scroll, other.scroll) &&
		isSameSize(one.size, other.size) &&
		isSameGeometry(one.geometry, other.geometry) &&
		isSameLines(one.header, other.header) &&
		isSameLines(one.footer, other.footer) &&
		isSameBody(one.body, other.body));

const isSameScroll = (one: Scroll, other: Scroll): boolean =>
	one.top === other.top && one.page === other.page && one.count === other.count;

const isSameSize = (one: Size, other: Size): boolean =>
	one.columns === other.columns && one.rows === other.rows;

const isSameGeometry = (one: Geometry, other: Geometry): boolean =>
	one.hasSpacing === other.hasSpacing && one.body === other.body && one.footer === other.footer;

const isSameBody = (one: Body, other: Body): boolean => {
	switch (one.type) {
		case 'table':
			return other.type === 'table' && isSameTable(one.table, other.table);
		case 'lines':
			return other.type === 'lines' && isSameLines(one.lines, other.lines);
		case 'sections':
			return other.type === 'sections' && isSameSections(one.sections, other.sections);
		case 'processes':
			return (
				other.type === 'processes' &&
				one.width === other.width &&
				isSameProcessTable(one.table, other.table) &&
				isSameLines(one.linesBelow, other.linesBelow)
			);
		default:
			return unreachable(one, 'body');
	}
};

const isSameSections = (one: readonly Section[], other: readonly Section[]): boolean =>
	one.length === other.length &&
	one.every((section, index) => {
		const otherSection = other[index];
		return otherSection !== undefined && isSameSection(section, otherSection);
	});

const isSameSection = (one: Section, other: Section): boolean =>
	one.type === 'table'
		? other.type === 'table' && isSameTable(one.table, other.table)
		: other.type === 'lines' && isSameLines(one.lines, other.lines);
