/** What a figure of the header's line is, and what all of them are made of. */
import type {ModelView} from '../../domain/view/model-view.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import type {Tone} from '../theme/theme.ts';
import type {AlarmTimes} from './alarms.ts';

export type Gauge = {
	text: string;
	/** The same for a line without room; absent where it is short already. */
	shortText?: string;
	tone: Tone;
	/** 0 is never left out for the sake of others; the greatest goes first. */
	rank: number;
	/** Of what netwatch sees and does not see: there from 80 cells on, whatever else is to be told. */
	isPinned?: boolean;
	/** What it means, for the help page. */
	meaning: string;
};

export type Stats = {
	model: ModelView;
	visible: VisibleRows;
	alarms: AlarmTimes;
	/** ms since the epoch */
	now: number;
	/** Rights that netwatch lacks; none where not given. */
	missingRights?: MissingRights | null | undefined;
};

/** What netwatch may not do, in a word and in a sentence. */
export type MissingRights = {label: string; explanation: string};

/** Worth no shorter words for the others. */
export const leastRank = 8;

const toneGravity: Partial<Record<Tone, number>> = {alert: 2, failed: 2, waiting: 1};
/** 0 for a gauge that is well. */
export const gravityOf = ({tone}: Gauge): number => toneGravity[tone] ?? 0;
