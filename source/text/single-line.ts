/**
 * Makes text of another program fit for a reason or a notice: one line, no control characters, at most `limit`
 * characters.
 *
 * @param text What the program wrote.
 * @param limit The longest answer, in characters.
 */
export const oneLine = (text: string, limit = 200): string => {
	const line = text
		.slice(0, limit * 4)
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
		.trim();
	return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
};
