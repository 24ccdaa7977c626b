/** The gauges of the header, and the data that they are made from. */
import type {ModelView} from '../../domain/view/model-view.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import type {Tone} from '../theme/theme.ts';
import type {AlarmTimes} from './alarms.ts';

export type Gauge = {
	text: string;
	/** The text on a narrow line; absent where `text` is short already. */
	shortText?: string;
	tone: Tone;
	/** 0 is never dropped for other gauges; on a narrow line the greatest is dropped first. */
	rank: number;
	/** A gauge of netwatch's coverage: always shown on terminals of 80 columns or more. */
	isPinned?: boolean;
	/** The explanation on the help page. */
	meaning: string;
};

export type Stats = {
	model: ModelView;
	visible: VisibleRows;
	alarms: AlarmTimes;
	/** ms since the epoch */
	now: number;
	/** Rights that netwatch lacks; null or absent where it lacks none. */
	missingRights?: MissingRights | null | undefined;
};

/** Missing rights: the gauge's text, and a sentence for the help page. */
export type MissingRights = {label: string; explanation: string};

/** A gauge of this rank is dropped before any text is shortened for it. */
export const leastRank = 8;

const toneGravity: Partial<Record<Tone, number>> = {alert: 2, failed: 2, waiting: 1};
/** 0 for a healthy gauge; greater is worse. */
export const gravityOf = ({tone}: Gauge): number => toneGravity[tone] ?? 0;
