import {describe, expect, it} from 'vitest';
import {makeRow} from '../../../helpers/model/row.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {address, makeModel, sampleNow} from '../../../helpers/screen/sample-model.ts';

const peer = address('10.0.0.1', 4000);
const waiting = makeRow({id: 'k.1', stage: 'queued', openedAt: sampleNow - 2000, peer, thread: null});
const accepted = makeRow({id: '1.0.2', stage: 'accepted', openedAt: sampleNow - 500, peer});
const others = [1, 2, 3].map(count =>
	makeRow({openedAt: sampleNow - count * 1000 - 300, peer: address('10.0.0.2', 5000 + count)}),
);

/** The waiting connection has been accepted. */
const accept = (model: ReturnType<typeof makeModel>): void => {
	model.rows.delete(waiting.id);
	model.rows.set(accepted.id, accepted);
	model.version++;
	model.replacementOf = id => (id === waiting.id ? accepted.id : null);
};

const choose = (screen: ReturnType<typeof draw>): void => {
	for (let count = 0; count < 5 && !/^▸.*queued/m.test(screen.lines().join('\n')); count++)
		screen.press('down');
	expect(screen.lines().join('\n')).toMatch(/^▸.*queued/m);
};

describe('a connection that waited in the accept queue and is accepted', () => {
	it('stays selected, and followed', () => {
		const screen = draw({model: makeModel([waiting, ...others])});
		choose(screen);
		screen.press('F');
		accept(screen.model);
		screen.changed();
		expect(screen.lines().join('\n')).toMatch(/^▸.*accepted.*10\.0\.0\.1:4000/m);
		expect(screen.lines()[2]).toMatch(/FOLLOW $/);
	});

	it('stays open in its detail', () => {
		const screen = draw({model: makeModel([waiting, ...others])});
		choose(screen);
		screen.press('enter');
		accept(screen.model);
		screen.changed();
		expect(screen.lines().join('\n')).toMatch(/10\.0\.0\.1:4000 +accepted for/);
	});

	it('still waits in a paused snapshot, and is selected after the pause', () => {
		const screen = draw({model: makeModel([waiting, ...others])});
		choose(screen);
		screen.press('p');
		accept(screen.model);
		screen.changed();
		expect(screen.lines().join('\n')).toMatch(/^▸.*queued/m);
		screen.press('p');
		expect(screen.lines().join('\n')).toMatch(/^▸.*accepted.*10\.0\.0\.1:4000/m);
	});
});
