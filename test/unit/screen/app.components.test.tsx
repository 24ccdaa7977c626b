/** What each component draws of what it is handed, and keys as they come from a keyboard. */
import {cleanup, render} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import {App} from '../../../source/screen/app.tsx';
import {makeRow} from '../../helpers/model/row.ts';
import {draw} from '../../helpers/screen/draw.tsx';
import {makeModel} from '../../helpers/screen/sample-model.ts';

afterEach(cleanup);

/** Colours and weights are Ink's own, and nothing else may be there. */
const withoutStyles = (frame: string): string => frame.replaceAll(/\x1b\[[\d;]*m/g, '');

const shown = (options: Parameters<typeof draw>[0] = {}) => {
	const {store, asked} = draw({columns: 100, ...options});
	const {stdin, lastFrame} = render(<App store={store} colours={{depth: 'none', background: 'unknown'}} />);
	return {
		asked,
		type: (text: string) => stdin.write(text),
		/** Ink hands keys on in its own time: a frame that has it is waited for. */
		has: (what: RegExp) =>
			expect.poll(() => withoutStyles(lastFrame() ?? ''), {timeout: 10_000, interval: 5}).toMatch(what),
	};
};

describe('the prompt of the filter', () => {
	it('says what is wrong while it is typed, where, and what may be meant; Esc leaves nothing of it', async () => {
		const {type, has} = shown();
		await has(/1 connections 11/);
		type('/stge:open');
		await has(/did you mean stage/);
		type('\x1b');
		await has(/1 connections 11 /);
	});

	it('completes a name by Tab, and counts what matches at once', async () => {
		const {type, has, asked} = shown();
		await has(/1 connections 11/);
		type('/stage:listen');
		await has(/stage:listen/);
		type('\t');
		await has(/stage:listening/);
		await has(/1 connections 1\/11/);
		type('\r');
		await expect.poll(() => asked, {timeout: 10_000}).toEqual(['remember stage:listening']);
	});
});

describe('the panel of processes', () => {
	it('has each process with its pid, and follows when the tab is another one', async () => {
		const {type, has} = shown({rows: 40});
		await has(/1 connections 11/);
		type('5');
		await has(/┌[─┬]+┐[\s\S]*4712[\s\S]*└[─┴]+┘/);
		type('1');
		await has(/process +stage/);
	});
});

describe('the table', () => {
	it('draws what comes from outside as text, whatever it holds', async () => {
		const row = makeRow({host: 'a\x1b[2Jb\u202e', label: 'GET /\x07', role: 'client'});
		const {has} = shown({columns: 100, model: makeModel([row])});
		await has(/1 connections 1/);
		await has(/a\\/);
		await has(/^[^\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]*$/);
	});
});
