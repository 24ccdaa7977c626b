import {cpus, loadavg, release} from 'node:os';

/** The machine and how busy it was, in a sentence. */
export const machine = (): string => {
	const linux = release().split('.').slice(0, 2).join('.');
	const date = new Date().toLocaleDateString('en-GB', {day: 'numeric', month: 'long', year: 'numeric'});
	const [load = 0] = loadavg();
	return `${cpus().length} cores, Linux ${linux}, Node ${process.versions.node}, ${date}, load average ${load.toFixed(1)} at the end:`;
};

/** The first column is text, numbers follow. */
export const markdownTable = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
	[heads, heads.map(() => '---:'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');

/**
 * @param script whose section it is: what stands between its two marks is replaced
 * @returns the document with the new section; at its end where it has none yet
 */
export const placeSection = (document: string, script: string, text: string): string => {
	const begin = `<!-- measured by ${script}: begin -->`;
	const end = `<!-- measured by ${script}: end -->`;
	const from = document.indexOf(begin);
	const to = document.indexOf(end);
	if (from === -1 || to < from) throw new Error(`the file has no lines ${begin} and ${end}`);
	return `${document.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${document.slice(to)}`;
};
