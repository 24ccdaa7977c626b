/**
 * Every key of the screen, as data: the keys that work, the footer, the help page and the README's table are
 * made from this list.
 */
import {columnsKeys} from './entries/columns.ts';
import {detailKeys} from './entries/detail.ts';
import {findingKeys} from './entries/findings.ts';
import {listsKeys} from './entries/lists.ts';
import {movingKeys} from './entries/moving.ts';
import {outputKeys} from './entries/output.ts';
import {promptKeys} from './entries/prompt.ts';
import {quitKeys} from './entries/quit.ts';
import {sessionKeys} from './entries/session.ts';
import {sortKeys} from './entries/sort.ts';
import {tabsKeys} from './entries/tabs.ts';
import type {KeyEntry} from './entries/types.ts';

export type {CommandId, KeyEntry} from './entries/types.ts';

/** In display order. */
export const keyTable: readonly KeyEntry[] = [
	...movingKeys,
	...detailKeys,
	...findingKeys,
	...outputKeys,
	...listsKeys,
	...tabsKeys,
	...sessionKeys,
	...promptKeys,
	...sortKeys,
	...columnsKeys,
	...quitKeys,
];
