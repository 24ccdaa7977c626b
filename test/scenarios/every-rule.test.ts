// Every rule has a scenario that makes it true, and a section that explains it.
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {allRules, ruleNames} from '../../source/model/diagnosis/rules/index.ts';
import {allScenarios} from './rules/index.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/diagnoses.md', import.meta.url)), 'utf8');
const sections = new Map(
	page
		.split(/^### /m)
		.slice(1)
		.map(section => {
			const [title = '', ...body] = section.split('\n');
			return [title.replaceAll('`', '').trim(), body.join('\n')] as const;
		}),
);

test('every rule has a scenario, and every scenario a rule', () => {
	const played = new Set(allScenarios.map(({rule}) => rule));
	expect([...played].toSorted()).toEqual(ruleNames.toSorted());
});

test('names of rules are words with hyphens, each used once', () => {
	expect(new Set(ruleNames).size).toBe(ruleNames.length);
	for (const name of ruleNames) expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/);
});

test('every rule has a section in docs/diagnoses.md with the same content, and every section a rule', () => {
	expect([...sections.keys()].toSorted()).toEqual(ruleNames.toSorted());
	for (const {name, severity, phase, title} of allRules) {
		const section = sections.get(name) ?? '';
		expect(section, name).toContain(`**${severity}** · phase \`${phase}\` · ${title}`);
		for (const part of ['What it means', 'Evidence', 'What else it could be', 'What to do']) {
			expect(section, `${name}: ${part}`).toMatch(new RegExp(`\\*\\*${part}\\.\\*\\* \\S.{20}`, 's'));
		}
	}
});
