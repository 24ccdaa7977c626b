import type {Operator} from './tokens.ts';

/** @returns whether the observed amount satisfies the comparison */
export const comparator = (operator: Operator, amount: number): ((observed: number) => boolean) => {
	switch (operator) {
		case '>':
			return observed => observed > amount;
		case '>=':
			return observed => observed >= amount;
		case '<':
			return observed => observed < amount;
		case '<=':
			return observed => observed <= amount;
		case '=':
			return observed => observed === amount;
	}
};
