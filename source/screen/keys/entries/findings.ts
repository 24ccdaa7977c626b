/** The keys of the diagnoses tab and of a finding, as data. */
import type {State} from '../../state/state.ts';
import type {FooterContext, KeyEntry} from './types.ts';

const hasFindings = (_state: State, {findings}: FooterContext): boolean => findings > 0;

export const findingKeys: readonly KeyEntry[] = [
	{
		id: 'finding-go',
		keys: ['enter'],
		title: "to the finding's row, else what it says; fold and unfold a rule",
		modes: ['diagnoses'],
		footer: {keys: 'Enter', label: 'row', rank: 1, isAvailable: hasFindings},
	},
	{
		id: 'finding-go',
		keys: ['enter'],
		title: 'to its row',
		modes: ['finding'],
		footer: {keys: 'Enter', label: 'row', rank: 1},
	},
	{
		id: 'finding-tell',
		keys: ['d'],
		title: 'all that the finding says, its evidence and the next step',
		modes: ['diagnoses'],
		footer: {keys: 'd', label: 'what it says', rank: 2, isAvailable: hasFindings},
	},
	{
		id: 'silence',
		keys: ['i'],
		title: 'silence the rule; on its line at the end: hear it again',
		modes: ['diagnoses', 'finding'],
		changesModel: true,
		footer: {
			keys: 'i',
			label: 'silence',
			rank: 2,
			isAvailable: (state, facts) => state.findings.open !== null || hasFindings(state, facts),
		},
	},
	{
		id: 'fold',
		keys: ['left'],
		title: 'fold the rule, from a finding: to its rule',
		modes: ['diagnoses'],
		footer: {keys: '←→', label: 'fold', rank: 3, isAvailable: hasFindings},
	},
	{
		id: 'unfold',
		keys: ['right'],
		title: 'unfold the rule: the first of its findings, then all',
		modes: ['diagnoses'],
	},
	{
		id: 'finding-before',
		keys: ['left'],
		title: 'the finding above',
		modes: ['finding'],
		footer: {keys: '←→', label: 'other findings', rank: 3},
	},
	{id: 'finding-after', keys: ['right'], title: 'the finding below', modes: ['finding']},
];
