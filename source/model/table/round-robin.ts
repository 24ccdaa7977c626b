/** Goes round the rows, a part of them at a time: whoever wants to know of them all holds nobody up for long. */
import type {Entry} from './entry.ts';
import type {Rows} from './rows.ts';

/** Of a table with fewer rows, all are visited at once. */
export const minSliceSize = 1000;

/**
 * @param visit is called with each row, once a round; rows that come meanwhile are visited in this round or the next
 * @param onRoundEnd all rows that there were when the round began have been visited
 * @returns visits the next rows, so many at least
 */
export function createRoundRobin(
	rows: Pick<Rows, 'entries'>,
	visit: (entry: Entry) => void,
	onRoundEnd: () => void,
): (count: number) => void {
	/** The round that is under way; rows that come all the time must not make it endless. */
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
