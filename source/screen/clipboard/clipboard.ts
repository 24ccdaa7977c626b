/** Text for the terminal's clipboard, as OSC 52 (xterm, "Operating System Commands"). Pure. */

import {unreachable} from '../../shared/unreachable.ts';

/** The multiplexer between netwatch and the terminal decides how the sequence is wrapped; `none` sends none. */
export type ClipboardTransport = 'direct' | 'tmux' | 'screen' | 'nested' | 'none';

/** Some terminals accept at most 74,994 bytes of base64: room for this many characters of four bytes each. */
const maxCharacters = 14_000;

/** GNU screen prints the rest of a string that is longer than its buffer of 768 bytes. */
const screenChunkSize = 512;

/** @returns the text cut where it is too long for a clipboard, with `…` at its end */
const truncateForClipboard = (text: string): string => {
	const characters = [...text];
	return characters.length <= maxCharacters ? text : `${characters.slice(0, maxCharacters).join('')}…`;
};

/**
 * @param text clean text, with line feeds alone between its lines
 * @returns the bytes for the terminal; '' where it has no clipboard
 */
export const clipboardSequence = (text: string, transport: ClipboardTransport): string => {
	const content = Buffer.from(truncateForClipboard(text), 'utf8').toString('base64');
	const sequence = `\x1b]52;c;${content}\x07`;
	switch (transport) {
		case 'direct':
			return sequence;
		case 'tmux':
			// tmux handles the first if set-clipboard is on, and forwards the second if allow-passthrough is on.
			return `${sequence}\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`;
		case 'screen':
			return wrapForScreen(sequence);
		case 'nested':
			// TERM alone does not distinguish tmux from screen: a short bare sequence is harmless in both.
			return `${sequence.length <= screenChunkSize ? sequence : ''}${wrapForScreen(sequence)}`;
		case 'none':
			return '';
		default:
			return unreachable(transport, 'transport');
	}
};

/** Each piece is a device control string, whose content GNU screen forwards unchanged. */
const wrapForScreen = (sequence: string): string => {
	const chunks: string[] = [];
	for (let at = 0; at < sequence.length; at += screenChunkSize)
		chunks.push(sequence.slice(at, at + screenChunkSize));
	return chunks.map(piece => `\x1bP${piece}\x1b\\`).join('');
};

/** The status message after a copy. OSC 52 has no reply: the text is sent, and maybe ignored. */
export const copiedMessage = (text: string, transport: ClipboardTransport): string => {
	const lines = text.split('\n');
	const count = `${lines.length} line${lines.length === 1 ? '' : 's'}`;
	const messages: Record<ClipboardTransport, string> = {
		direct: `${count} sent for the clipboard (OSC 52): ${lines[0]}`,
		tmux: `${count} sent for the clipboard, by tmux if its set-clipboard is on: ${lines[0]}`,
		screen: `${count} sent for the clipboard (OSC 52 through screen): ${lines[0]}`,
		nested: `${count} sent for the clipboard (OSC 52): ${lines[0]}`,
		none: 'this terminal has no clipboard to send to; e writes the rows to a file',
	};
	return messages[transport];
};
