import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputView} from '../../text/output-line.ts';
import type {GlyphSet} from '../charts/sparkline.ts';
import type {AlarmTimes} from '../chrome/alarms.ts';
import type {MissingRights} from '../chrome/gauge.ts';
import type {Scroll} from '../lines/scroll.ts';
import type {Line} from '../lines/segments.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import type {Geometry} from '../state/geometry.ts';
import type {DetailLayout, DetailRow, OpenFinding} from '../state/open.ts';
import type {Mode, State} from '../state/state.ts';
import type {Section} from '../table/section.ts';
import type {Table} from '../table/table.ts';
import type {FindingItem} from '../tabs/diagnoses/items.ts';
import type {SearchResult} from '../tabs/output/search.ts';
import type {ProcessTable} from '../tabs/processes/processes.ts';
import type {Size} from '../terminal/size.ts';

export type Body =
	| {type: 'table'; table: Table}
	| {type: 'lines'; lines: readonly Line[]}
	| {type: 'sections'; sections: readonly Section[]}
	| {type: 'processes'; table: ProcessTable; width: number; linesBelow: readonly Line[]};

export type Frame = {
	size: Size;
	mode: Mode;
	header: readonly Line[];
	body: Body;
	footer: readonly Line[];
	geometry: Geometry;
	scroll: Scroll;
	/** The block above the steps of a detail; null where there is none. */
	detailLayout: DetailLayout;
};

export type FrameInput = {
	model: ModelView;
	output: OutputView;
	/** The matches of the search in the output. */
	searchResult: SearchResult;
	state: State;
	visible: VisibleRows;
	/** Glyphs of sparklines. */
	glyphSet: GlyphSet;
	/** When each alarm of the header was last active. */
	alarms: AlarmTimes;
	missingRights?: MissingRights | null | undefined;
	detail: DetailRow | null;
	/** The lines of the diagnoses tab. */
	findingItems: readonly FindingItem[];
	openFinding: OpenFinding | null;
	/** The frame drawn before; null for the first one. */
	previousFrame: Frame | null;
	size: Size;
	/** ms since the epoch. */
	now: number;
};

export type BodyWithScroll = {body: Body; scroll: Scroll; detailLayout?: DetailLayout};
