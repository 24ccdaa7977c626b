/** Draws frames: their content comes from frame/make-frame.ts, and becomes markup here. */
import {Box, Text} from 'ink';
import {memo, type ReactNode, useContext, useMemo, useSyncExternalStore} from 'react';
import {sanitize} from '../text/sanitize.ts';
import type {Body, Frame} from './frame/types.ts';
import {isSameLine} from './lines/same-line.ts';
import type {Line} from './lines/segments.ts';
import type {ScreenStore} from './store/store.ts';
import {useKeys} from './store/use-keys.ts';
import {TableView} from './table/table-view.tsx';
import {ColorDepthContext, styleProps} from './tabs/output/style.ts';
import {ProcessPanel} from './tabs/processes/panel.tsx';
import type {Colors} from './theme/palettes.ts';
import {ToneStylesContext, toneStylesFor} from './theme/theme.ts';

export const App = ({store, colours: colors}: {store: ScreenStore; colours: Colors}): ReactNode => {
	const frame = useSyncExternalStore(store.subscribe, store.frame);
	useKeys(store);
	const toneStyles = useMemo(() => toneStylesFor(colors), [colors]);
	return (
		<ToneStylesContext value={toneStyles}>
			<ColorDepthContext value={colors.depth}>
				<FrameView frame={frame} />
			</ColorDepthContext>
		</ToneStylesContext>
	);
};

/**
 * Exactly as high as the terminal, for any content: a higher frame would make Ink clear the screen each time.
 */
export const FrameView = ({frame: {size, header, body, footer, geometry}}: {frame: Frame}): ReactNode => (
	<Box flexDirection="column" width={size.columns} height={size.rows} overflowY="hidden">
		<Lines lines={header} />
		<Box flexDirection="column" height={geometry.body} flexShrink={0} overflowY="hidden">
			<BodyView body={body} />
		</Box>
		<Lines lines={footer} />
	</Box>
);

const BodyView = ({body}: {body: Body}): ReactNode => {
	switch (body.type) {
		case 'table':
			return <TableView table={body.table} />;
		case 'sections':
			// A section's identity is its position.
			return body.sections.map((section, index) =>
				section.type === 'table' ? (
					// biome-ignore lint/suspicious/noArrayIndexKey: see above
					<TableView key={index} table={section.table} />
				) : (
					// biome-ignore lint/suspicious/noArrayIndexKey: see above
					<Lines key={index} lines={section.lines} />
				),
			);
		case 'processes':
			return (
				<>
					<ProcessPanel table={body.table} />
					<Lines lines={body.linesBelow} />
				</>
			);
		case 'lines':
			return <Lines lines={body.lines} />;
	}
};

const Lines = ({lines}: {lines: readonly Line[]}): ReactNode =>
	// A line's identity is its position on the screen.
	// biome-ignore lint/suspicious/noArrayIndexKey: see above
	lines.map((line, index) => <LineView key={index} line={line} />);

const isSameLineProps = (one: {line: Line}, other: {line: Line}): boolean => isSameLine(one.line, other.line);

const LineView = memo(({line}: {line: Line}): ReactNode => {
	const toneStyles = useContext(ToneStylesContext);
	const depth = useContext(ColorDepthContext);
	return (
		<Box height={1} flexShrink={0}>
			<Text wrap="truncate-end">
				{line.map(({text, tone, style}, index) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: a segment's identity is its position in the line
					<Text key={index} {...(style ? styleProps(style, depth) : toneStyles[tone ?? 'plain'])}>
						{sanitize(text)}
					</Text>
				))}
			</Text>
		</Box>
	);
}, isSameLineProps);
