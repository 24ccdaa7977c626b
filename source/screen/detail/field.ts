import type {Tone} from '../theme/theme.ts';
import type {Agreement} from './agreement.ts';

/** A line of a detail: a value of one of its views, with its name. */
export type DetailField = {
	name: string;
	text: string;
	tone?: Tone;
	agreement?: Agreement;
	/** A sentence: wrapped where it is too long, not cut. */
	wraps?: true;
};
