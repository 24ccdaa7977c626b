import type {KernelSocket} from '../../../source/domain/row.ts';
import {createTableParser, type TableParserOptions} from '../../../source/kernel/ss/table-parser.ts';
import {detachSocket} from '../../../source/model/join/detach-socket.ts';

/** All cells of a socket, as data that can be compared. */
export const comparable = detachSocket;

/** The version that printed most of the captures. */
export const version = {major: 6, minor: 1};

export type ReadTable = {
	sockets: KernelSocket[];
	notUnderstood: {count: number; samples: string[]};
	windowsShown: boolean;
};

/** All of an output, read at once. Text is taken for bytes as latin1 does. */
export const readTable = (output: Buffer | string, options: Partial<TableParserOptions> = {}): ReadTable => {
	const bytes = typeof output === 'string' ? Buffer.from(output, 'latin1') : output;
	const parser = createTableParser(bytes, {version, ...options});
	const sockets: KernelSocket[] = [];
	while (!parser.done) sockets.push(...parser.take(512).map(comparable));
	const {notUnderstood, peerWindowReported: windowsShown} = parser;
	return {sockets, notUnderstood, windowsShown};
};

export const portOf = (address: KernelSocket['local']): number | null =>
	address !== null && 'port' in address ? address.port : null;

export const hasPort = ({local, peer}: KernelSocket, port: number): boolean =>
	portOf(local) === port || portOf(peer) === port;
