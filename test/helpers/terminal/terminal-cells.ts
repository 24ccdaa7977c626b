/** The cells of a terminal: characters, widths and styles. */
import type {Terminal} from '@xterm/headless';

/** @returns one text a line; equal for two terminals with equal cells */
export const cellsOf = ({buffer: {active}, rows, cols}: Terminal): string[] =>
	Array.from({length: rows}, (_, row) => {
		const line = active.getLine(active.viewportY + row);
		const cells = Array.from({length: cols}, (_, column) => {
			const cell = line?.getCell(column);
			if (!cell) return ' ';
			const {length: isStyled} = styleOf(cell);
			return isStyled
				? `{${styleOf(cell)}|${cell.getChars()}}`
				: cell.getWidth() === 0
					? ''
					: cell.getChars() || ' ';
		});
		return cells.join('').trimEnd();
	});

type Cell = NonNullable<
	ReturnType<NonNullable<ReturnType<Terminal['buffer']['active']['getLine']>>['getCell']>
>;

/** A blank shows a colour of its own only where it is reversed or has a background. */
const styleOf = (cell: Cell): string => {
	const isBlank = cell.getChars().trim() === '';
	const visible = isBlank
		? [cell.isInverse() && 'inverse', !cell.isBgDefault() && `on ${cell.getBgColor()}`]
		: [
				...[cell.isBold() && 'bold', cell.isDim() && 'dim', cell.isInverse() && 'inverse'],
				...[cell.isUnderline() && 'underline', cell.isItalic() && 'italic'],
				...[!cell.isFgDefault() && `${cell.getFgColor()}`, !cell.isBgDefault() && `on ${cell.getBgColor()}`],
			];
	return visible.filter(Boolean).join(' ');
};
