import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputView} from '../../text/output-line.ts';
import type {Ink} from '../charts/sparkline.ts';
import type {AlarmMemory} from '../chrome/alarms.ts';
import type {Lacks} from '../chrome/gauges.ts';
import type {Scroll} from '../lines/scroll.ts';
import type {Line} from '../lines/segments.ts';
import type {Picture} from '../rows/visible-rows.ts';
import type {Geometry} from '../state/geometry.ts';
import type {DetailRow, DetailShows, OpenFinding} from '../state/open.ts';
import type {Mode, State} from '../state/state.ts';
import type {Section} from '../table/section.ts';
import type {Table} from '../table/table.ts';
import type {FindingItem} from '../tabs/diagnoses/items.ts';
import type {Found} from '../tabs/output/search.ts';
import type {ProcessTable} from '../tabs/processes/processes.ts';
import type {Size} from '../terminal/size.ts';

export type Body =
	| {type: 'table'; table: Table}
	| {type: 'lines'; lines: readonly Line[]}
	| {type: 'sections'; sections: readonly Section[]}
	| {type: 'processes'; table: ProcessTable; width: number; below: readonly Line[]};

export type Frame = {
	size: Size;
	mode: Mode;
	header: readonly Line[];
	body: Body;
	footer: readonly Line[];
	geometry: Geometry;
	scroll: Scroll;
	/** What a detail has above its steps; null where there is none. */
	shows: DetailShows;
};

export type FrameInput = {
	model: ModelView;
	output: OutputView;
	/** What the search in it has found. */
	found: Found;
	state: State;
	picture: Picture;
	/** What sparklines are drawn with. */
	ink: Ink;
	/** What the header warns of. */
	alarms: AlarmMemory;
	lacks?: Lacks | null | undefined;
	detail: DetailRow | null;
	/** The lines of the diagnoses tab. */
	findings: readonly FindingItem[];
	finding: OpenFinding | null;
	/** What was drawn before; null for the first frame. */
	before: Frame | null;
	size: Size;
	/** ms since the epoch. */
	now: number;
};

export type Made = {body: Body; scroll: Scroll; shows?: DetailShows};
