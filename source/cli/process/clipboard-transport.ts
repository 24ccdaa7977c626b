import type {ClipboardTransport} from '../../screen/index.tsx';

/**
 * The layers between netwatch and the terminal, from the environment. SSH passes on TERM alone.
 *
 * @param env of netwatch's own process
 */
export function clipboardTransport({
	TERM: term = '',
	TMUX: tmux,
	STY: sty,
}: NodeJS.ProcessEnv): ClipboardTransport {
	if (tmux) return 'tmux';
	if (sty) return 'screen';
	if (term.startsWith('tmux')) return 'tmux';
	if (/^screen($|[-.])/.test(term)) return 'nested';
	// Consoles and dumb terminals print unknown sequences as text.
	return term === '' || term === 'dumb' || term === 'linux' ? 'none' : 'direct';
}
