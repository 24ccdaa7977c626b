import {join} from 'node:path';
import {freePort, type Server, startServer} from './server.ts';

/** Debian has no package of it. */
export const socketIo: Server = {
	from: {npm: 'socket.io'},
	program: null,
	async start(context) {
		const port = await freePort();
		const program = join(context.programs, 'socket.io-server.cjs');
		await startServer(context, [process.execPath, program], {port, env: {SOCKET_IO_PORT: `${port}`}});
		return {SOCKET_IO_PORT: `${port}`};
	},
};
