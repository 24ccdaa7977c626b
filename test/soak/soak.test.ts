// No false alarm: ordinary programs under load, for half a minute each. `npm run soak` does it for ten minutes.
import {describe, expect, test} from 'vitest';
import {isOfMachine, marginMs, soak, soakPrograms} from './soak.ts';

const seconds = Number(process.env.SOAK_SECONDS ?? 30);

describe.concurrent('an ordinary program under load', () => {
	for (const program of soakPrograms) {
		const {name, skip, load} = program;
		const title = `raises nothing above info: ${name}${skip === null ? '' : ` (${skip})`}`;
		test.skipIf(skip !== null)(title, {timeout: seconds * 1000 + 2 * marginMs}, async context => {
			const soaked = await soak(context, program, seconds);
			const {counts, alarms, troubles, summary} = soaked;
			expect(alarms.filter(alarm => !isOfMachine(soaked, alarm))).toEqual([]);
			expect(troubles).toEqual([]);
			expect(summary).toMatchObject({exitCode: 0, dropped: 0});
			expect(counts[load.count]).toBeGreaterThan(load.perSecond * seconds);
		});
	}
});
