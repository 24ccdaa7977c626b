// An ES module that awaits at its top: sockets, dynamic imports, JSON by createRequire, import.meta.
import {once} from 'node:events';
import {createRequire} from 'node:module';
import net from 'node:net';

const server = net.createServer(socket => socket.end('bye').resume());
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const client = net.connect(server.address().port, '127.0.0.1').resume();
await once(client, 'close');
const {default: again} = await import('node:net');
console.log(again === net, Object.keys(await import('./own-module.mjs')).join());
const require = createRequire(import.meta.url);
console.log(Object.keys(require.cache).length, typeof require('../../../package.json').name);
console.log(
	Object.keys(import.meta)
		.sort()
		.join(),
	process.argv.length,
	typeof module,
);
server.close();
await import('./no-such-module.mjs').catch(({code}) => console.log(code));
await once(net.connect(1, '127.0.0.1'), 'connect');
