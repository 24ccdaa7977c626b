/**
 * The screen as lines that a screen reader reads, drawn by Ink's mode for them: nothing is styled or placed.
 */
import {Box, Text, useStdout} from 'ink';
import {type ReactNode, useEffect, useState} from 'react';
import {sanitize} from '../../text/sanitize.ts';
import {wrapWords} from '../../text/width.ts';
import type {ScreenStore} from '../store/store.ts';
import {useKeys} from '../store/use-keys.ts';
import {createAnnouncer} from './speaker.ts';

/** Width of the frame behind the sentences, in cells: narrow enough that no blocks are side by side. */
export const screenReaderWidth = 71;

export const ScreenReaderApp = ({store}: {store: ScreenStore}): ReactNode => {
	const [lines, setLines] = useState<readonly string[]>([]);
	const {stdout, write} = useStdout();
	useKeys(store);
	useEffect(() => {
		const announcer = createAnnouncer({
			frame: store.frame,
			state: store.state,
			stats: store.stats,
			announce: announced =>
				write(
					announced
						.flatMap(line => wrapWords(sanitize(line), terminalWidth(stdout) - 1))
						.map(line => `${line}\n`)
						.join(''),
				),
			showLines: setLines,
		});
		announcer.update();
		return store.subscribe(announcer.update);
	}, [store, stdout, write]);
	return (
		<Box flexDirection="column">
			{lines.map((line, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a line's identity is its position
				<Text key={index}>{sanitize(line)}</Text>
			))}
		</Box>
	);
};

const terminalWidth = (stdout: object): number =>
	'columns' in stdout && typeof stdout.columns === 'number' ? stdout.columns : 80;
