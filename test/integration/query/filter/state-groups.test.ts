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
	"state: takes ss's groups as the ss of this machine explains them (needs ss)",
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

		it('finds them in its help', () => {
			expect(groups.map(({name}) => name)).toEqual(
				expect.arrayContaining(['connected', 'synchronized', 'bucket', 'big']),
			);
		});

		it.each(groups)('$name', ({name, states}) => {
			expect(statesPassing(`state:${name}`)).toEqual(statesPassing(`state:${states.join(',')}`));
		});

		it('all', () => {
			expect(statesPassing('state:all')).toEqual(kernelStates);
		});
	},
);
