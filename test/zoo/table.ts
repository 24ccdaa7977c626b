/** The result as Markdown. */
import type {Client} from './clients.ts';
import {packages} from './packages.ts';
import type {Result, Run} from './run-client.ts';

/** What makes a run a failure; empty where nothing does. */
export function complaints({plain, watched, comparison, findings, failed, troubles}: Result): string[] {
	const parts: readonly (keyof Run)[] = ['exit', 'stdout', 'stderr'];
	return [
		...(plain.exit === '0' ? [] : [`alone it ended with ${plain.exit}:\n${plain.stdout}${plain.stderr}`]),
		...parts
			.filter(part => plain[part] !== watched[part])
			.map(part => `${part} differs: alone\n${plain[part]}\nand watched\n${watched[part]}`),
		...comparison.differences,
		...findings
			.filter(({severity}) => severity !== 'info')
			.map(({severity, rule, id, message}) => `${severity} ${rule} (${id}): ${message}`),
		...failed.map(
			({id, kind, label, error}) => `row ${id} (${kind}, ${label}) failed: ${error?.code} ${error?.message}`,
		),
		...troubles.map(({level, source, message}) => `${level} of ${source}: ${message}`),
	];
}

const head = [
	...['client', 'server', 'output and exit code', 'sockets held', 'rows for them', 'rows in all'],
	'findings',
];

export const tableHead = (): string => `${cells(head)}\n${cells(head.map(() => '---'))}\n`;

/** @param servers with their versions, as "redis 7.0.15" */
export function tableLine(
	{name, packages: [main]}: Client,
	servers: readonly string[],
	result: Result,
): string {
	const {plain, watched, comparison, findings, kinds} = result;
	const isSame =
		plain.exit === watched.exit && plain.stdout === watched.stdout && plain.stderr === watched.stderr;
	const byRule = new Map<string, number>();
	for (const {severity, rule} of findings) {
		const key = `${severity} \`${rule}\``;
		byRule.set(key, (byRule.get(key) ?? 0) + 1);
	}

	return `${cells([
		`${name === main ? name : `${name}: ${main}`} ${packages[main]}`,
		servers.join(', '),
		isSame ? 'same' : '**differ**',
		`${comparison.sockets}`,
		comparison.differences.length === 0 ? 'agree' : '**differ**',
		listed(Object.entries(kinds)),
		listed(byRule) || 'none',
	])}\n`;
}

const listed = (counts: Iterable<[string, number]>): string =>
	[...counts].map(([name, count]) => (count === 1 ? name : `${count} ${name}`)).join(', ');

const cells = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
