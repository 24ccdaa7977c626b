/**
 * Shows a hand-made model on the real screen: `screen-fixture SCENE`. The effects that the screen called are printed
 * when it is gone. Scenes:
 *
 * - `network`: listeners, destinations and interfaces
 * - `sample`: nothing changes; `ended`: nor does the command run
 * - `findings`: what is found of the rows; `everything`: all of these, and texts of all scripts and lengths
 * - `live`: a row's bytes grow all the time
 * - `idle`: changes are reported that change nothing to see, between two window titles that say `begin` and `end`
 * - `throws`: Ctrl-C makes the next drawing fail
 */
import {setTimeout as sleep} from 'node:timers/promises';
import {startScreen} from '../../source/screen/index.tsx';
import {colorDepths} from '../../source/screen/theme/palettes.ts';
import {findingsModel, silence} from '../helpers/screen/sample-findings.ts';
import {type SampleModel, sampleModel, sampleNow, sampleOutput} from '../helpers/screen/sample-model.ts';
import {networkModel} from '../helpers/screen/sample-network.ts';
import {everythingModel, wideOutput} from '../helpers/screen/sample-wide-text.ts';

const scene = process.argv[2] ?? 'sample';
const asked: string[] = [];
const listeners = new Set<() => void>();
const scenes: Readonly<Record<string, () => SampleModel>> = {
	network: networkModel,
	findings: findingsModel,
	everything: everythingModel,
};
const model = (scenes[scene] ?? sampleModel)();
if (scene === 'ended') model.session = {...model.session, ended: {at: sampleNow, exitCode: 3, signal: null}};

const changed = (): void => {
	model.version += 1;
	for (const listener of listeners) listener();
};

const failNextDrawing = (): void => {
	Object.defineProperty(model, 'processes', {
		get() {
			throw new Error('drawing failed on purpose');
		},
	});
	changed();
};

console.log('before the screen');
const screen = startScreen({
	model,
	output: scene === 'everything' ? wideOutput() : sampleOutput(),
	subscribe(listener) {
		listeners.add(listener);
		return () => listeners.delete(listener);
	},
	now: () => sampleNow,
	initialFilter: process.env.FIXTURE_FILTER ?? '',
	actions: {
		interrupt() {
			asked.push('interrupt');
			if (scene === 'throws') failNextDrawing();
		},
		suspend: () => asked.push('suspend'),
		showAllSockets(on) {
			asked.push(`all ${on}`);
			model.showsAll = on;
			changed();
		},
		saveColumns() {},
		forgetRows(ids) {
			for (const id of ids) model.rows.delete(id);
		},
		writeRows() {},
		silenceRule(rule, on) {
			asked.push(`${on ? 'ignore' : 'hear'} ${rule}`);
			silence(model, rule, on);
			changed();
		},
		quit(choice) {
			asked.push(`quit ${choice}`);
			void screen.unmount();
		},
	},
	stdin: process.stdin,
	stdout: process.stdout,
	colors: {
		depth: process.env.NO_COLOR
			? 'none'
			: (colorDepths.find(depth => depth === process.env.FIXTURE_DEPTH) ?? '16'),
		background: process.env.FIXTURE_BACKGROUND === 'light' ? 'light' : 'dark',
	},
	isScreenReader: process.env.INK_SCREEN_READER === 'true',
	refreshMs: 50,
});

let growing: NodeJS.Timeout | undefined;
if (scene === 'live') {
	growing = setInterval(() => {
		const view = model.rows.get('1.0.3')?.process;
		if (view) view.bytesRead = (view.bytesRead ?? 0) + 1024;
		changed();
	}, 20);
}

if (scene === 'idle') {
	const title = (text: string) => process.stdout.write(`\x1b]0;${text}\x07`);
	await sleep(100);
	title('begin');
	// Longer than the screen's own clock takes to tick.
	for (let round = 0; round < 60; round++) {
		changed();
		await sleep(20);
	}
	title('end');
}

try {
	await screen.exited;
} catch (error) {
	asked.push(`failed: ${error instanceof Error ? error.message : String(error)}`);
}
clearInterval(growing);
console.log(`asked: ${asked.join(', ')}`);
