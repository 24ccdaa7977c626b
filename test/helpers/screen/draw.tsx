/** The screen without a terminal: a store over a hand-made model, and what it draws as lines of text. */
import {stripVTControlCharacters} from 'node:util';
import {renderToString} from 'ink';
import {FrameView} from '../../../source/screen/app.tsx';
import type {MissingRights} from '../../../source/screen/chrome/gauge.ts';
import {copiedMessage} from '../../../source/screen/clipboard/clipboard.ts';
import type {KeyPress} from '../../../source/screen/keys/key-names.ts';
import {createStore, type ScreenStore} from '../../../source/screen/store/store.ts';
import {silence} from './sample-findings.ts';
import {makeOutput, type SampleModel, sampleModel, sampleNow} from './sample-model.ts';

export type Drawn = {
	store: ScreenStore;
	model: SampleModel;
	/** The requests that the owner received. */
	asked: string[];
	/** The frame as lines without styles; as many as the terminal has. */
	lines(): string[];
	/** The text of the header's lines, without Ink: the ends may be cut otherwise than on the screen. */
	header(): string[];
	/**
	 * Presses keys by name. Text in double quotes is typed, text in single quotes pasted:
	 * `draw.press('/', '"peer:10"', 'enter')`.
	 */
	press(...keys: string[]): void;
	/** Time passes. */
	later(ms: number): void;
	/** The owner reports a change of the model, and the screen is drawn. */
	changed(): void;
};

type Options = {
	model?: SampleModel;
	columns?: number;
	rows?: number;
	filter?: string;
	output?: ReturnType<typeof makeOutput>;
	lacks?: MissingRights | null;
};

export const draw = ({
	model = sampleModel(),
	columns = 80,
	rows = 24,
	filter = '',
	output = makeOutput(),
	lacks = null,
}: Options = {}): Drawn => {
	const asked: string[] = [];
	let now = sampleNow;
	const store = createStore({
		model,
		output,
		now: () => now,
		missingRights: lacks,
		initialFilter: filter,
		effects: {
			interrupt: () => asked.push('interrupt'),
			quit: choice => asked.push(`quit ${choice}`),
			redraw: () => asked.push('redraw'),
			suspend: () => asked.push('suspend'),
			showAllSockets: on => asked.push(`all ${on}`),
			writeRows: rows => asked.push(`write ${rows.map(({id}) => id).join(' ')}`),
			copyText(text) {
				asked.push(`copy ${text}`);
				return copiedMessage(text, 'direct');
			},
			forgetRows(ids) {
				asked.push(`forget ${ids.join(' ')}`);
				for (const id of ids) model.rows.delete(id);
			},
			saveColumns: (list, choice) => asked.push(`columns ${JSON.stringify({[list]: choice})}`),
			saveFilter: filter => asked.push(`remember ${filter}`),
			silenceRule(rule, on) {
				asked.push(`${on ? 'ignore' : 'hear'} ${rule}`);
				silence(model, rule, on);
			},
		},
		size: {columns, rows},
		refreshMs: 0,
		setTimer: () => () => undefined,
	});
	/** Raises the version of every row: tests change rows directly. */
	const touchRows = (): void => {
		for (const row of model.rows.values()) row.version++;
	};
	return {
		store,
		model,
		asked,
		lines: () => {
			const frame = store.frame();
			const text = renderToString(<FrameView frame={frame} />, {columns: frame.size.columns});
			return stripVTControlCharacters(text).split('\n');
		},
		header: () => store.frame().header.map(line => line.map(({text}) => text).join('')),
		press(...keys) {
			for (const key of keys) {
				if (key.startsWith("'")) store.paste(key.slice(1, -1));
				else for (const press of presses(key)) store.press(press);
			}
		},
		later(ms) {
			now += ms;
			touchRows();
			store.tick();
		},
		changed() {
			model.version += 1;
			touchRows();
			store.tick();
		},
	};
};

const presses = (key: string): KeyPress[] => {
	if (key.startsWith('"'))
		return [...key.slice(1, -1)].map(text => ({name: text === ' ' ? 'space' : text, text}));
	if (key === 'space') return [{name: key, text: ' '}];
	return [{name: key, text: key.length === 1 ? key : null}];
};
