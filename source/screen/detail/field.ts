import type {Tone} from '../theme/theme.ts';
import type {Agreement} from './agreement.ts';

export type Field = {
	name: string;
	text: string;
	tone?: Tone;
	agreement?: Agreement;
	/** A sentence: wrapped where it is too long, not cut. */
	wraps?: true;
};
