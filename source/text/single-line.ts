/**
 * Turns text of another program into a reason or a notice: one line, no control characters, at most
 * `maxLength` characters.
 *
 * @param text the program's text
 * @param maxLength longest result, in characters
 */
export const singleLine = (text: string, maxLength = 200): string => {
	const line = text
		.slice(0, maxLength * 4)
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
		.trim();
	return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
};
