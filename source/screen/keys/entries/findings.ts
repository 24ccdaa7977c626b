/** The keys of the diagnoses tab and of a finding, as data. */
import type {State} from '../../state/state.ts';
import type {FooterFacts, KeyEntry} from './types.ts';

const isListed = (_state: State, {findings}: FooterFacts): boolean => findings > 0;

export const findingKeys: readonly KeyEntry[] = [
	{
		id: 'finding-go',
		keys: ['enter'],
		title: "to the finding's row, else what it says; fold and unfold a rule",
		where: ['diagnoses'],
		footer: {keys: 'Enter', word: 'row', rank: 1, when: isListed},
	},
	{
		id: 'finding-go',
		keys: ['enter'],
		title: 'to its row',
		where: ['finding'],
		footer: {keys: 'Enter', word: 'row', rank: 1},
	},
	{
		id: 'finding-tell',
		keys: ['d'],
		title: 'all that the finding says, its evidence and the next step',
		where: ['diagnoses'],
		footer: {keys: 'd', word: 'what it says', rank: 2, when: isListed},
	},
	{
		id: 'silence',
		keys: ['i'],
		title: 'silence the rule; on its line at the end: hear it again',
		where: ['diagnoses', 'finding'],
		footer: {
			keys: 'i',
			word: 'silence',
			rank: 2,
			when: (state, facts) => state.findings.open !== null || isListed(state, facts),
		},
	},
	{
		id: 'fold',
		keys: ['left'],
		title: 'fold the rule, from a finding: to its rule',
		where: ['diagnoses'],
		footer: {keys: '←→', word: 'fold', rank: 3, when: isListed},
	},
	{
		id: 'unfold',
		keys: ['right'],
		title: 'unfold the rule: the first of its findings, then all',
		where: ['diagnoses'],
	},
	{
		id: 'finding-before',
		keys: ['left'],
		title: 'the finding above',
		where: ['finding'],
		footer: {keys: '←→', word: 'other findings', rank: 3},
	},
	{id: 'finding-after', keys: ['right'], title: 'the finding below', where: ['finding']},
];
