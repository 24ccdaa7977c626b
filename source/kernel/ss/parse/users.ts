/** A name as the kernel has it, or with the escapes of ss 7. */
const maxNameLength = 19;

/**
 * Where the list of processes ends that `-p` adds: `users:(("NAME",pid=N,fd=N),…)`.
 *
 * A name may hold quotes, blanks and commas, and ss before 7 escapes none of them. It reads the name from
 * `/proc/PID/stat` up to the first `)`, and a name is short. So what looks like the end of a name within that length is
 * its end where a whole entry follows and behind it the next one or the end of the list; the last such place, should a
 * name hold a `)` after all.
 *
 * @param text A line or the end of one.
 * @param from Where `users:(` begins.
 * @returns -1 where the list does not end as it must.
 */
// users:(("node",pid=4711,fd=21),("my (app",pid=319,fd=6))
export const endOfUsers = (text: string, from: number): number => {
	let at = from + 7;
	while (text.startsWith('("', at)) {
		const begin = at + 2;
		let end = -1;
		for (let quote = begin + maxNameLength; end === -1; quote--) {
			quote = text.lastIndexOf('",pid=', quote);
			if (quote < begin) return -1;
			end = endOfEntry(text, quote);
		}
		if (text.charCodeAt(end) === 0x29) return end + 1;
		at = end + 1;
	}
	return -1;
};

/** @returns Where the comma before the next entry stands, or the parenthesis that ends the list; -1 at neither. */
const endOfEntry = (text: string, quote: number): number => {
	entryPattern.lastIndex = quote;
	return entryPattern.test(text) ? entryPattern.lastIndex : -1;
};
/** Behind the list no word has a quote. */
const entryPattern = /",pid=\d{1,10},(?:tid=\d{1,10},)?fd=\d{1,10}\)(?=,\("|\)(?:\s+[^\s"]*(?:\s|$)|$))/y;
