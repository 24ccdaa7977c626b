/** Parsers of option values. Each throws commander's error, with a message that names the accepted values. */
import {InvalidArgumentError} from 'commander';

/** `--ignore`: names, separated by commas; the option may be repeated. */
export const nameList = (text: string, before: readonly string[]): readonly string[] => [
	...new Set([...before, ...text.split(',').map(name => name.trim())]),
];

/** The process id of `doctor`. @throws when it is none */
export function processId(text: string): number {
	if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
	throw new InvalidArgumentError('It takes the number of a process.');
}

/** `--output`. @throws for an empty name, or one that begins with `-` */
export function outputFile(path: string): string {
	if (path === '') throw new InvalidArgumentError('It takes the name of a file.');
	// An option without its file would consume the next word.
	if (path.startsWith('-'))
		throw new InvalidArgumentError(`It takes a file; if this is its name, write ./${path}`);
	return path;
}

/** A time from 100 to 60,000 ms. @throws for any other value */
export function milliseconds(text: string): number {
	const value = Number(text);
	if (text.trim() !== '' && Number.isFinite(value) && value >= 100 && value <= 60_000) return value;
	throw new InvalidArgumentError('It takes a number of milliseconds from 100 to 60000.');
}

/** A time from 0 to 3600 s. @throws for any other value */
export function seconds(text: string): number {
	const value = Number(text);
	if (text.trim() !== '' && Number.isFinite(value) && value >= 0 && value <= 3600) return value;
	throw new InvalidArgumentError('It takes a number of seconds from 0 to 3600.');
}
