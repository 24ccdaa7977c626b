import {expect, it} from 'vitest';
import {loopStallMs} from '../../../../../source/model/diagnosis/evidence/event-loop.ts';
import {createSession, mainThread, moment} from '../../../../helpers/model/session.ts';

it('an event loop that runs repeatedly, late each time, is not silent', () => {
	const session = createSession();
	for (const seconds of [0.9, 1.8, 2.7, 3.6]) {
		session.apply({type: 'blocked', at: moment(seconds), ms: 850, ...mainThread});
	}

	const [process = null] = session.model.processes;
	expect(loopStallMs(process, moment(4.4))).toBe(0);
	expect(loopStallMs(process, moment(6.75))).toBe(2000);
});
