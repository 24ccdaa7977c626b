/** Visits all rows in slices, so that a full pass never blocks the event loop. */
import type {Entry} from './entry.ts';
import type {Rows} from './rows.ts';

/** A table with fewer rows is visited at once. */
export const minSliceSize = 1000;

/**
 * @param visit called with each row, once a round; rows added meanwhile are visited in this round or the next
 * @param onRoundEnd called when all rows present at the round's start were visited
 * @returns visits the next slice, of at least that many rows
 */
export function createRoundRobin(
	rows: Pick<Rows, 'entries'>,
	visit: (entry: Entry) => void,
	onRoundEnd: () => void,
): (count: number) => void {
	/**
	 * The current round; its length is fixed at its start, so that constantly added rows do not make it endless.
	 */
	let round: {entries: Iterator<Entry>; left: number} | null = null;

	return count => {
		round ??= {entries: rows.entries.values(), left: rows.entries.size};
		for (let visits = Math.max(count, minSliceSize); visits > 0 && round.left > 0; visits--) {
			const next = round.entries.next();
			if (next.done) round.left = 0;
			else visit(next.value);
			round.left--;
		}

		if (round.left > 0) return;
		round = null;
		onRoundEnd();
	};
}
