import {cleanup, render} from 'ink-testing-library';
import {afterEach, expect, it, vi} from 'vitest';
import {App} from '../../../../source/screen/app.tsx';
import * as table from '../../../../source/screen/table/table.ts';
import {makeProcessView, makeRow} from '../../../helpers/model/row.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {address, makeModel, sampleNow} from '../../../helpers/screen/sample-model.ts';

// The draw function of a row: called once for each row that is drawn anew.
vi.mock('../../../../source/screen/table/table.ts', {spy: true});
const drawn = vi.mocked(table.cellRuns);
const drawnSelected = vi.mocked(table.mergeSpannedColumns);

afterEach(cleanup);

const patient = {timeout: 10_000, interval: 5};

const rows = () =>
	Array.from({length: 200}, (_, index) =>
		makeRow({
			...{id: `1.0.${index}`, role: 'client', peer: address('10.0.0.1', 1000 + index)},
			// Old enough not to grow older by the second.
			openedAt: sampleNow - 90_000_000 - index,
			stageSince: sampleNow - 90_000_000,
			process: makeProcessView({bytesRead: 1}),
		}),
	);

it('a change of a visible row draws that row alone; one of a hidden row draws none', async () => {
	const {store, model, changed, press} = draw({columns: 100, rows: 24, model: makeModel(rows())});
	press('g');
	const {lastFrame} = render(<App store={store} colours={{depth: 'none', background: 'unknown'}} />);
	await expect.poll(() => lastFrame(), patient).toContain('10.0.0.1:1005');
	const change = async (id: string, port: number): Promise<number> => {
		drawn.mockClear();
		const row = model.rows.get(id);
		if (row) row.peer = address('10.0.0.1', port);
		changed();
		// Another line shows that the frame is drawn.
		model.session = {...model.session, ended: {at: sampleNow, exitCode: port, signal: null}};
		changed();
		await expect.poll(() => lastFrame(), patient).toContain(`exit code ${port}`);
		return drawn.mock.calls.length;
	};
	expect(await change('1.0.5', 7)).toBe(1);
	expect(lastFrame()).toContain('10.0.0.1:7 ');
	expect(await change('1.0.150', 8)).toBe(0);
});

it('a move of the selection draws the two rows that it left and reached', async () => {
	const {store, press} = draw({columns: 100, rows: 24, model: makeModel(rows())});
	press('g');
	const {lastFrame} = render(<App store={store} colours={{depth: 'none', background: 'unknown'}} />);
	await expect.poll(() => lastFrame(), patient).toMatch(/▸.*10\.0\.0\.1:1000/);
	drawn.mockClear();
	press('down');
	await expect.poll(() => lastFrame(), patient).toMatch(/▸.*10\.0\.0\.1:1001/);
	expect(drawn.mock.calls.length).toBe(1);
	expect(drawnSelected).toHaveBeenCalled();
});
