import type {Operator} from './tokens.ts';

/** @returns whether what was observed stands so to the amount */
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
