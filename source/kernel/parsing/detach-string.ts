/**
 * Copies a string, so that it does not keep the text it was cut from alive. V8 keeps a slice of 13 characters
 * or more as a view of its whole: one address in a row would hold megabytes of table.
 */
export const detachString = (text: string): string =>
	text.length < 13 ? text : Buffer.from(text, 'latin1').toString('latin1');
