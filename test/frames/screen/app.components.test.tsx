/** The text drawn by each component for its props, and keys as they come from a keyboard. */
import {cleanup, render} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import {App} from '../../../source/screen/app.tsx';
import {makeRow} from '../../helpers/model/row.ts';
import {draw} from '../../helpers/screen/draw.tsx';
import {makeModel} from '../../helpers/screen/sample-model.ts';

afterEach(cleanup);

/** Colours and weights are Ink's own, and no other sequence may be there. */
const withoutStyles = (frame: string): string => frame.replaceAll(/\x1b\[[\d;]*m/g, '');

const shown = (options: Parameters<typeof draw>[0] = {}) => {
	const {store, asked} = draw({columns: 100, ...options});
	const {stdin, lastFrame} = render(<App store={store} colours={{depth: 'none', background: 'unknown'}} />);
	return {
		asked,
		type: (text: string) => stdin.write(text),
		/** Ink delivers keys asynchronously: wait for the frame that shows them. */
		has: (what: RegExp) =>
			expect.poll(() => withoutStyles(lastFrame() ?? ''), {timeout: 10_000, interval: 5}).toMatch(what),
	};
};

describe('the prompt of the filter', () => {
	it('shows an error while typing, its place and a suggestion; Esc removes all of it', async () => {
		const {type, has} = shown();
		await has(/1 connections 11/);
		type('/stge:open');
		await has(/did you mean stage/);
		type('\x1b');
		await has(/1 connections 11 /);
	});

	it('completes a name by Tab, and counts the matches at once', async () => {
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

describe('the processes panel', () => {
	it('has each process with its pid, and follows a change of the tab', async () => {
		const {type, has} = shown({rows: 40});
		await has(/1 connections 11/);
		type('5');
		await has(/┌[─┬]+┐[\s\S]*4712[\s\S]*└[─┴]+┘/);
		type('1');
		await has(/process +stage/);
	});
});

describe('the table', () => {
	it('draws text from outside as text, whatever it holds', async () => {
		const row = makeRow({host: 'a\x1b[2Jb\u202e', label: 'GET /\x07', role: 'client'});
		const {has} = shown({columns: 100, model: makeModel([row])});
		await has(/1 connections 1/);
		await has(/a\\/);
		await has(/^[^\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]*$/);
	});
});
