/**
 * Which modes of the terminal are switched on: read from what is written to it, so that exactly those can be switched
 * off, whoever switched them on and in whatever state that fails.
 */

// DEC private modes, CSI ? Pm h and CSI ? Pm l (ECMA-48 §7.1, xterm's ctlseqs): several may be set at once.
const modeSequence = /\x1b\[\?([\d;]+)([hl])/g;

/** Modes that are on in a terminal that nobody has touched: lines wrap (7), the cursor is visible (25). */
const onByItself: ReadonlySet<number> = new Set([7, 25]);
/** The alternate screen: what is set while it is shown is put back before it is left. */
const alternate = 1049;
const resetStyle = '\x1b[0m';

export type Modes = {
	/** Notes what a text switches. */
	read(text: string): void;
	/** @returns what puts the terminal back as it was; '' where nothing was changed */
	off(): string;
	/** @returns what `off` has put back, once more */
	on(): string;
};

export const createModes = (): Modes => {
	/** Those that are not as a terminal has them by itself. */
	const changed = new Set<number>();
	const sequence = (final: 'h' | 'l', mode: number): string =>
		`\x1b[?${mode}${onByItself.has(mode) === (final === 'h') ? 'l' : 'h'}`;
	return {
		read(text) {
			if (!text.includes('\x1b[?')) return;
			for (const [, numbers = '', final] of text.matchAll(modeSequence)) {
				for (const mode of numbers.split(';').map(Number)) {
					if ((final === 'h') === onByItself.has(mode)) changed.delete(mode);
					else changed.add(mode);
				}
			}
		},
		off() {
			if (changed.size === 0) return '';
			const ordered = [...changed].sort(
				(one, other) => Number(one === alternate) - Number(other === alternate),
			);
			return resetStyle + ordered.map(mode => sequence('l', mode)).join('');
		},
		on() {
			const ordered = [...changed].sort(
				(one, other) => Number(other === alternate) - Number(one === alternate),
			);
			return ordered.map(mode => sequence('h', mode)).join('');
		},
	};
};
