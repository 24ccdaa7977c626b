/**
 * Makes text of another program fit for a reason or a notice: one line, no control characters, at most `limit`
 * characters.
 *
 * @param text What the program wrote.
 * @param maxLength The longest answer, in characters.
 */
export const singleLine = (text: string, maxLength = 200): string => {
	const line = text
		.slice(0, maxLength * 4)
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
		.trim();
	return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
};
