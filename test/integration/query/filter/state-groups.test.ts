import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import {type KernelState, kernelStates} from '../../../../source/domain/row.ts';
import {parseFilter} from '../../../../source/query/filter/index.ts';
import {makeKernelView, makeRow, openedAt} from '../../../helpers/model/row.ts';

const ssHelp = (): string => {
	try {
		return execFileSync('ss', ['--help'], {encoding: 'utf8'});
	} catch {
		return '';
	}
};

const help = ssHelp();

describe.skipIf(help === '')(
	'the groups of state: equal those that ss of this machine explains (needs `ss --help`)',
	() => {
		const groups = [...help.matchAll(/^ *(\w+) := \{(established[^\n]*|syn-recv[^\n]*)\}$/gm)].map(
			([, name = '', list = '']) => ({
				name,
				states: list
					.replace('fin-wait-{1,2}', 'fin-wait-1|fin-wait-2')
					.split('|')
					.map(state => (state === 'listening' || state === 'listen' ? 'listening' : state)),
			}),
		);

		const statesPassing = (text: string): KernelState[] => {
			const parsed = parseFilter(text);
			if (!parsed.ok) throw new Error(parsed.message);
			return kernelStates.filter(state =>
				parsed.filter.matches(makeRow({kernel: makeKernelView({state})}), openedAt),
			);
		};

		it('the groups of state: are found in the help of ss', () => {
			expect(groups.map(({name}) => name)).toEqual(
				expect.arrayContaining(['connected', 'synchronized', 'bucket', 'big']),
			);
		});

		it.each(groups)('$name', ({name, states}) => {
			expect(statesPassing(`state:${name}`)).toEqual(statesPassing(`state:${states.join(',')}`));
		});

		it('state:all passes every state of the kernel', () => {
			expect(statesPassing('state:all')).toEqual(kernelStates);
		});
	},
);
