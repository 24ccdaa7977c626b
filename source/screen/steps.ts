/** A row's steps as lines of text. Pure. */
import {formatAddress, formatBytes, formatMs} from '../model/format.ts';
import {clean} from '../model/text.ts';
import type {Address, Step} from '../model/types.ts';
import type {Line} from './segments.ts';
import type {Tone} from './theme.ts';

const tones: Readonly<Record<string, Tone>> = {
	error: 'failed',
	'attempt-failed': 'failed',
	'attempt-timeout': 'failed',
	'bind-error': 'failed',
	drop: 'failed',
	full: 'waiting',
	pause: 'waiting',
	timeout: 'waiting',
};

const offsetWidth = 10;
const gapWidth = 11;
const nameWidth = 16;

/**
 * One line a step: the time since the row was opened, the time since the step before, the step, its own fields.
 *
 * @param from time that the offsets count from, ms since the epoch
 */
export const stepLines = (steps: readonly Step[], from: number): Line[] =>
	steps.map((step, index) => {
		const before = steps[index - 1];
		const gap = before === undefined ? '' : `+${formatMs(step.at - before.at)}`;
		return [
			{text: ` ${formatMs(step.at - from).padStart(offsetWidth)}`},
			{text: `${gap.padStart(gapWidth)}  `, tone: 'faint'},
			{text: clean(step.step).padEnd(nameWidth), tone: tones[step.step] ?? 'strong'},
			{text: fieldsText(step)},
		];
	});

/** The place first: it is what the line is read for. */
const fieldsText = ({fields: {site, ...fields}}: Step): string =>
	Object.entries({site, ...fields})
		.map(([name, value]) => fieldText(name, value))
		.filter(text => text !== '')
		.join('  ');

/** Names that say nothing beside their value. */
const bare: ReadonlySet<string> = new Set([
	'host',
	'address',
	'error',
	'message',
	'method',
	'path',
	'reason',
	'site',
]);
const sizes: ReadonlySet<string> = new Set(['bytes', 'buffered', 'bytesRead', 'bytesWritten']);

const fieldText = (name: string, value: unknown): string => {
	if (value === null || value === undefined || value === '') return '';
	const text = name === 'site' ? endOf(valueText(name, value)) : valueText(name, value);
	return bare.has(name) || text === '' ? text : `${clean(name)} ${text}`;
};

/** Of a long place the end counts: the file, its line and its column, also where the line is cut at 80 columns. */
const siteWidth = 40;
const endOf = (site: string): string => (site.length > siteWidth ? `…${site.slice(1 - siteWidth)}` : site);

const valueText = (name: string, value: unknown): string => {
	if (typeof value === 'number') {
		if (sizes.has(name)) return formatBytes(value);
		return name === 'ms' || name.endsWith('Ms') ? formatMs(value) : String(value);
	}
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	if (typeof value === 'string') return clean(value);
	if (Array.isArray(value)) return value.map(entry => valueText(name, entry)).join(', ');
	return isAddress(value) ? formatAddress(value) : '';
};

const isAddress = (value: unknown): value is Address =>
	typeof value === 'object' &&
	value !== null &&
	(('path' in value && typeof value.path === 'string') ||
		('address' in value && typeof value.address === 'string' && 'port' in value && 'family' in value));
