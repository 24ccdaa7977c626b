/** Longest name, with the kernel's limit and the escapes of ss 7. */
const maxNameLength = 19;

/**
 * Finds the end of the list of processes that `-p` adds: `users:(("NAME",pid=N,fd=N),…)`.
 *
 * A name may contain quotes, blanks and commas, and ss before 7 escapes none of them. ss reads the name from
 * `/proc/PID/stat` up to the first `)`, and a name is short. So an apparent end of a name within that length
 * is the true one where a whole entry follows, and behind it the next entry or the end of the list. The last
 * such place counts, in case a name contains a `)` after all.
 *
 * @param text a line or the end of one
 * @param from start of `users:(`
 * @returns -1 where the list has no valid end
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

/** @returns position of the comma before the next entry, or of the list's closing parenthesis; else -1 */
const endOfEntry = (text: string, quote: number): number => {
	entryPattern.lastIndex = quote;
	return entryPattern.test(text) ? entryPattern.lastIndex : -1;
};
/** No word behind the list contains a quote. */
const entryPattern = /",pid=\d{1,10},(?:tid=\d{1,10},)?fd=\d{1,10}\)(?=,\("|\)(?:\s+[^\s"]*(?:\s|$)|$))/y;
