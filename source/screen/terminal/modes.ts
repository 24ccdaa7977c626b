/**
 * Which modes of the terminal are switched on: read from what is written to it, so that exactly those can be switched
 * off, whoever switched them on and in whatever state that fails.
 */

// DEC private modes, CSI ? Pm h and CSI ? Pm l (ECMA-48 §7.1, xterm's ctlseqs): several may be set at once.
const modeSequence = /\x1b\[\?([\d;]+)([hl])/g;

/** Modes that are on in a terminal that nobody has touched: lines wrap (7), the cursor is visible (25). */
const defaultOnModes: ReadonlySet<number> = new Set([7, 25]);
/** The alternate screen: what is set while it is shown is put back before it is left. */
const alternateScreenMode = 1049;
const resetStyle = '\x1b[0m';

export type TerminalModes = {
	/** Notes what a text switches. */
	track(text: string): void;
	/** @returns what puts the terminal back as it was; '' where nothing was changed */
	resetSequence(): string;
	/** @returns what `off` has put back, once more */
	restoreSequence(): string;
};

export const createTerminalModes = (): TerminalModes => {
	/** Those that are not as a terminal has them by itself. */
	const changed = new Set<number>();
	const sequence = (final: 'h' | 'l', mode: number): string =>
		`\x1b[?${mode}${defaultOnModes.has(mode) === (final === 'h') ? 'l' : 'h'}`;
	return {
		track(text) {
			if (!text.includes('\x1b[?')) return;
			for (const [, numbers = '', final] of text.matchAll(modeSequence)) {
				for (const mode of numbers.split(';').map(Number)) {
					if ((final === 'h') === defaultOnModes.has(mode)) changed.delete(mode);
					else changed.add(mode);
				}
			}
		},
		resetSequence() {
			if (changed.size === 0) return '';
			const ordered = [...changed].sort(
				(one, other) => Number(one === alternateScreenMode) - Number(other === alternateScreenMode),
			);
			return resetStyle + ordered.map(mode => sequence('l', mode)).join('');
		},
		restoreSequence() {
			const ordered = [...changed].sort(
				(one, other) => Number(other === alternateScreenMode) - Number(one === alternateScreenMode),
			);
			return ordered.map(mode => sequence('h', mode)).join('');
		},
	};
};
