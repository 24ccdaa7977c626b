/**
 * Compares lines as they are drawn: the rank of a segment, which only lays out its line, is ignored. Pure.
 */
import {plainStyle, sameStyle} from '../../text/sgr.ts';
import type {Line, Segment} from './segments.ts';

export const isSameLines = (one: readonly Line[], other: readonly Line[]): boolean =>
	one === other ||
	(one.length === other.length &&
		one.every((line, index) => {
			const otherLine = other[index];
			return otherLine !== undefined && isSameLine(line, otherLine);
		}));

export const isSameLine = (one: Line, other: Line): boolean =>
	one === other ||
	(one.length === other.length &&
		one.every((segment, index) => {
			const otherSegment = other[index];
			return otherSegment !== undefined && isSameSegment(segment, otherSegment);
		}));

const isSameSegment = (one: Segment, other: Segment): boolean =>
	one.text === other.text &&
	one.tone === other.tone &&
	sameStyle(one.style ?? plainStyle, other.style ?? plainStyle);
