import type {Terminal} from '@xterm/headless';

/** The addon reads its table as if each Buffer had memory of its own: loaded without Node's pool, it has. */
const load = async () => {
	const {poolSize} = Buffer;
	Buffer.poolSize = 0;
	try {
		return await import('@xterm/addon-unicode-graphemes');
	} finally {
		Buffer.poolSize = poolSize;
	}
};

const {UnicodeGraphemesAddon} = await load();

/** Makes a terminal count cells by graphemes, as newer terminals do, instead of by characters. */
export const countGraphemes = (terminal: Terminal): void => terminal.loadAddon(new UnicodeGraphemesAddon());
