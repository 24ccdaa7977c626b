/** The events of a connection, as lines of text. Pure. */
import {formatAddress, formatBytes, formatMs} from '../../domain/format.ts';
import type {Address} from '../../domain/row.ts';
import type {Timeline, TimelineEvent} from '../../query/timeline/types.ts';
import {sanitize} from '../../text/sanitize.ts';
import type {Line} from '../lines/segments.ts';
import type {Tone} from '../theme/theme.ts';

const tones: Readonly<Record<string, Tone>> = {
	error: 'failed',
	'attempt-failed': 'failed',
	'attempt-timeout': 'failed',
	'bind-error': 'failed',
	drop: 'failed',
	full: 'waiting',
	pause: 'waiting',
	timeout: 'waiting',
	queued: 'waiting',
	waits: 'waiting',
	retransmits: 'waiting',
	window: 'waiting',
	blocked: 'waiting',
	silent: 'failed',
};

const offsetWidth = 10;
const gapWidth = 11;
const nameWidth = 16;

/** A narrower line leaves out the time since the event before, and does not align the names. */
const minWidthForGaps = 60;

/**
 * One line per event: the time since the timeline begins, the time since the event before, the event's source
 * where there are several, its name, its own fields.
 *
 * @param width cells of a line; longer lines are not cut here
 */
export const eventLines = ({events, from, missing}: Timeline, width: number): Line[] => {
	const sides = new Set(events.map(({side}) => side));
	const sideWidth = sides.size > 1 ? 8 : 0;
	return [
		...missing.map(({side, steps}): Line => {
			const sideText = missing.length > 1 || sides.size > 2 ? ` of the ${side ?? 'socket'}` : '';
			return [{text: ` ${steps} older steps${sideText} are no longer held`, tone: 'faint'}];
		}),
		...events.map((event, index): Line => {
			const before = events[index - 1];
			const gap = before === undefined ? '' : `+${formatMs(event.at - before.at)}`;
			return [
				{text: ` ${formatMs(event.at - from).padStart(offsetWidth)}`},
				{text: width < minWidthForGaps ? '  ' : `${gap.padStart(gapWidth)}  `, tone: 'faint'},
				...(sideWidth === 0 ? [] : [{text: (event.side ?? '').padEnd(sideWidth)}]),
				{text: nameText(event, width), tone: tones[event.name] ?? 'strong'},
				{text: fieldsText(event)},
			];
		}),
	];
};

const nameText = ({name}: TimelineEvent, width: number): string =>
	width < minWidthForGaps ? `${sanitize(name)} ` : sanitize(name).padEnd(nameWidth);

/** The site comes first: it leads to the code. */
const fieldsText = ({detail: {site, ...fields}}: TimelineEvent): string =>
	Object.entries({site, ...fields})
		.map(([name, value]) => fieldText(name, value))
		.filter(text => text !== '')
		.join('  ');

/** Fields whose value is clear without the name. */
const unlabeledFields: ReadonlySet<string> = new Set([
	'host',
	'address',
	'error',
	'message',
	'method',
	'path',
	'reason',
	'site',
	'note',
	'ms',
]);
const byteFields: ReadonlySet<string> = new Set(['bytes', 'buffered', 'bytesRead', 'bytesWritten']);

const fieldText = (name: string, value: unknown): string => {
	if (value === null || value === undefined || value === '') return '';
	const text = name === 'site' ? siteEnd(valueText(name, value)) : valueText(name, value);
	return unlabeledFields.has(name) || text === '' ? text : `${sanitize(name)} ${text}`;
};

/** A long site keeps its end (file, line, column), which has to survive a cut at 80 columns. */
const maxSiteWidth = 40;
const siteEnd = (site: string): string =>
	site.length > maxSiteWidth ? `…${site.slice(1 - maxSiteWidth)}` : site;

const valueText = (name: string, value: unknown): string => {
	if (typeof value === 'number') {
		if (byteFields.has(name)) return formatBytes(value);
		return name === 'ms' || name.endsWith('Ms') ? formatMs(value) : String(value);
	}
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	if (typeof value === 'string') return sanitize(value);
	if (Array.isArray(value)) return value.map(entry => valueText(name, entry)).join(', ');
	return isAddress(value) ? formatAddress(value) : '';
};

const isAddress = (value: unknown): value is Address =>
	typeof value === 'object' &&
	value !== null &&
	(('path' in value && typeof value.path === 'string') ||
		('address' in value && typeof value.address === 'string' && 'port' in value && 'family' in value));
