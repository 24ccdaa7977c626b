/** The keys of the diagnoses tab and of a finding, as data: part of the key table. */
import type {KeyEntry} from './key-table.ts';

export const findingKeys: readonly KeyEntry[] = [
	{
		id: 'finding-go',
		keys: ['enter'],
		title: 'go to the row of the finding, or tell it where there is none; fold a rule, open a cut one',
		where: ['diagnoses'],
		footer: {keys: 'Enter', word: 'row', rank: 1},
	},
	{
		id: 'finding-go',
		keys: ['enter'],
		title: 'go to its row',
		where: ['finding'],
		footer: {keys: 'Enter', word: 'row', rank: 1},
	},
	{
		id: 'finding-tell',
		keys: ['d'],
		title: 'tell all of the finding: what it says, its evidence, what to do next',
		where: ['diagnoses'],
		footer: {keys: 'd', word: 'what it says', rank: 2},
	},
	{
		id: 'silence',
		keys: ['i'],
		title: 'silence the rule; again on its line at the end: listen to it again',
		where: ['diagnoses', 'finding'],
		footer: {keys: 'i', word: 'silence', rank: 2},
	},
	{
		id: 'fold',
		keys: ['left'],
		title: 'fold the rule, from a finding: to its rule',
		where: ['diagnoses'],
		footer: {keys: '←→', word: 'fold', rank: 3},
	},
	{
		id: 'unfold',
		keys: ['right'],
		title: 'unfold the rule: at first its newest, then all',
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
