import type {Suite} from '../suite.ts';
import {express} from './express.ts';
import {fastify} from './fastify.ts';
import {ioredis} from './ioredis.ts';
import {node, nodeAsyncHooks, nodeOther, nodeSequential} from './node.ts';
import {pg, pgCursor, pgPool} from './pg.ts';
import {engineIo, socketIo} from './socket-io.ts';
import {undici} from './undici.ts';
import {ws} from './ws.ts';

/** The quick ones first. */
export const suites: readonly Suite[] = [
	ws,
	express,
	fastify,
	undici,
	socketIo,
	engineIo,
	ioredis,
	pg,
	pgPool,
	pgCursor,
	nodeAsyncHooks,
	nodeSequential,
	nodeOther,
	node,
];
