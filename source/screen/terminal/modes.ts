/**
 * Tracks the terminal's modes in the text written to it, so that exactly the changed modes can be reset: at
 * any time, and also those that Ink has set.
 */

// DEC private modes, CSI ? Pm h and CSI ? Pm l (ECMA-48 §7.1, xterm's ctlseqs): several may be set at once.
const modeSequence = /\x1b\[\?([\d;]+)([hl])/g;

/** Modes that are on by default: lines wrap (7), the cursor is visible (25). */
const defaultOnModes: ReadonlySet<number> = new Set([7, 25]);
/** The alternate screen: modes set while it is shown are reset before it is left. */
const alternateScreenMode = 1049;
const resetStyle = '\x1b[0m';

export type TerminalModes = {
	/** Records the mode changes in a text. */
	track(text: string): void;
	/** @returns the sequence that resets the style and the changed modes; '' when no mode is changed */
	resetSequence(): string;
	/** @returns the sequence that sets the changed modes again */
	restoreSequence(): string;
};

export const createTerminalModes = (): TerminalModes => {
	/** Modes that differ from the terminal's default. */
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
