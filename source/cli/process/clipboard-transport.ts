import type {ClipboardTransport} from '../../screen/index.tsx';

/**
 * What stands between netwatch and the terminal, as the environment tells. Behind SSH only TERM is left of it.
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
	// A console and a dumb terminal print what they do not know.
	return term === '' || term === 'dumb' || term === 'linux' ? 'none' : 'direct';
}
