/** The process table in ink-table: a panel of few rows, rendered again only when its texts change. */
import {Box, Text} from 'ink';
import {Table} from 'ink-table';
import {memo, type PropsWithChildren, type ReactNode, useContext} from 'react';
import {sanitize} from '../../../text/sanitize.ts';
import {fitWidth} from '../../../text/width.ts';
import {ToneStylesContext} from '../../theme/theme.ts';
import type {ProcessTable} from './processes.ts';
import {isSameProcessTable} from './same-process-table.ts';

type PanelProps = {table: ProcessTable};

const isSamePanel = (one: PanelProps, other: PanelProps): boolean =>
	isSameProcessTable(one.table, other.table);

export const ProcessPanel = memo(
	({table: {columns, data, hiddenBefore: before, hiddenAfter: after}}: PanelProps): ReactNode => {
		const hidden = [before > 0 ? `${before} before` : '', after > 0 ? `+${after} more` : ''].filter(
			text => text !== '',
		);
		return (
			<Box flexDirection="column" flexShrink={0}>
				{/* ink-table keeps the columns of its first render: other columns need another key. */}
				<Table
					key={columns.map(({key}) => key).join()}
					data={[...data]}
					columns={[...columns]}
					header={TitleCell}
					cell={ValueCell}
					skeleton={Border}
				/>
				{hidden.length > 0 ? <Faint>{` ${hidden.join(', ')}`}</Faint> : null}
			</Box>
		);
	},
	isSamePanel,
);

const TitleCell = ({children}: PropsWithChildren): ReactNode => {
	const toneStyles = useContext(ToneStylesContext);
	return <Text {...toneStyles.strong}>{children}</Text>;
};

/** ink-table pads by `.length`: the drawn text must take that many cells on screen. */
const ValueCell = ({children}: PropsWithChildren): ReactNode => {
	const text = sanitize(String(children));
	return <Text>{fitWidth(text.trimEnd(), text.length)}</Text>;
};

const Border = ({children}: PropsWithChildren): ReactNode => <Faint>{children}</Faint>;

const Faint = ({children}: PropsWithChildren): ReactNode => {
	const toneStyles = useContext(ToneStylesContext);
	return <Text {...toneStyles.faint}>{children}</Text>;
};
