import {cleanup, render} from 'ink-testing-library';
import {afterEach, expect, it} from 'vitest';
import {App} from '../../../source/screen/app.tsx';
import {draw} from '../../helpers/screen/draw.tsx';
import {makeModel} from '../../helpers/screen/sample-model.ts';

afterEach(cleanup);

/** Ink delivers keys asynchronously: wait for the frame that shows them. */
const frameWith = async (lastFrame: () => string | undefined, text: string): Promise<void> => {
	await expect.poll(() => lastFrame() ?? '', {timeout: 10_000, interval: 5}).toContain(text);
};

it('keys typed on the keyboard reach the screen, one by one or many at once', async () => {
	const {store, asked} = draw({columns: 100});
	const {stdin, lastFrame} = render(<App store={store} colours={{depth: '16', background: 'dark'}} />);
	await frameWith(lastFrame, '1 connections 11');
	stdin.write('/state:listening\r');
	await frameWith(lastFrame, '1 connections 1/11');
	stdin.write('\x1b');
	await frameWith(lastFrame, '1 connections 11');
	stdin.write('\x1b[B');
	await frameWith(lastFrame, '▸server.js');
	stdin.write('q');
	await frameWith(lastFrame, 'is still running');
	stdin.write('l');
	await expect.poll(() => asked).toEqual(['remember state:listening', 'quit leave']);
});

it('a change of the model is drawn, and only the lines that differ', async () => {
	const {store, model, changed} = draw({columns: 100, model: makeModel()});
	const {lastFrame, frames} = render(<App store={store} colours={{depth: 'none', background: 'unknown'}} />);
	await frameWith(lastFrame, 'waiting for the first socket');
	const before = frames.length;
	changed();
	changed();
	expect(frames.length).toBe(before);
	model.session = {...model.session, ended: {at: 0, exitCode: 7, signal: null}};
	changed();
	await frameWith(lastFrame, 'ended with exit code 7');
});
