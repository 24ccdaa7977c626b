/** Keys written to the terminal, and how long after each the screen shows what it does. */
import {rows, type Watched} from './terminal.ts';

export type Latency = {
	/** The action: "arrow", "page" and so on. */
	kind: string;
	/** From the write of the key to the bytes that show it, in ms. */
	ms: number;
};

const arrowDown = '\x1b[B';
const arrowUp = '\x1b[A';
const pageDown = '\x1b[6~';
const pageUp = '\x1b[5~';
const tabsAt = 2;
const titlesAt = 4;
const promptAt = rows - 2;
/** Between two keys, at random: they come at any time of a kernel poll or of a frame. */
const restMs = {least: 20, most: 140};

/**
 * Presses so many keys, of all kinds in turn, on the connections tab.
 *
 * @throws where a key is not answered within seconds
 */
export const measureKeys = async (watched: Watched, count: number): Promise<Latency[]> => {
	const found: Latency[] = [];
	const press = async (kind: string, key: string, isSo: () => boolean): Promise<void> => {
		await sleep(restMs.least + Math.random() * (restMs.most - restMs.least));
		const begun = performance.now();
		watched.write(key);
		found.push({kind, ms: (await watched.until(isSo, `${kind} ${JSON.stringify(key)}`)) - begun});
	};
	const titles = (): string => watched.screen()[titlesAt] ?? '';
	const reversed = async (): Promise<void> => {
		const arrow = titles().includes('▴') ? '▾' : '▴';
		await press('sort', 'S', () => titles().includes(arrow));
	};
	const moved = async (kind: string, key: string): Promise<void> => {
		const before = chosen(watched);
		await press(kind, key, () => chosen(watched) !== before && chosen(watched) !== null);
	};
	const tab = (name: string, key: string): Promise<void> =>
		press('tab', key, () => watched.isReversed(tabsAt, `${key} ${name}`));
	const typed = async (text: string): Promise<void> => {
		const prompt = (): string => watched.screen()[promptAt] ?? '';
		await press('filter', '/', () => prompt().startsWith(' /'));
		for (let length = 1; length <= text.length; length++) {
			const shown = ` /${text.slice(0, length)}`;
			await press('filter', text.charAt(length - 1), () => prompt().startsWith(shown));
		}
		await press('filter', '\x1b', () => !prompt().startsWith(' /'));
	};

	// The first key chooses a row.
	watched.write(arrowDown);
	await watched.until(() => chosen(watched) !== null, 'a chosen row');
	while (found.length < count) {
		for (let times = 0; times < 8; times++) await moved('arrow', arrowDown);
		for (let times = 0; times < 4; times++) await moved('page', pageDown);
		for (let times = 0; times < 3; times++) await moved('page', pageUp);
		for (let times = 0; times < 3; times++) await moved('arrow', arrowUp);
		await tab('listeners', '2');
		await tab('diagnoses', '3');
		await tab('processes', '5');
		await tab('connections', '1');
		await reversed();
		await reversed();
		await typed('peer:127.0.0.1 or 7.0.0.3');
	}

	return found;
};

/** The chosen line and what is its own in there: the rest of a row may change by itself. */
const chosen = (watched: Watched): string | null => {
	const lines = watched.screen();
	const at = lines.findIndex(line => line.startsWith('▸'));
	const addresses = /\S+ +[→←•?↔] +\S+/.exec(lines[at] ?? '')?.[0] ?? lines[at];
	return at === -1 ? null : `${at} ${addresses}`;
};

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
