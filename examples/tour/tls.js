// Stages: `tls` on the client while the handshake waits for the server, then `open`.
import {readFileSync} from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

export const title = 'a TLS handshake that takes a while';

const key = readFileSync(new URL('../support/public-test-key.pem', import.meta.url));
const cert = readFileSync(new URL('../support/public-test-certificate.pem', import.meta.url));

export async function run(scene) {
	const secure = scene.keep(tls.createServer({key, cert}));
	secure.on('secureConnection', socket => {
		scene.keep(socket);
		socket.on('data', text => socket.write(`you said ${text}`));
	});

	// TCP is accepted at once, but TLS gets the connection late: the client's first message waits meanwhile.
	const raw = net.createServer({pauseOnConnect: true}, socket => {
		scene.later(0.5, () => secure.emit('connection', socket));
	});
	const port = await scene.listen(raw);

	const client = scene.keep(tls.connect({host: '127.0.0.1', port, servername: 'localhost', ca: cert}));
	client.on('secureConnect', () => client.write('hello\n'));
	client.resume();

	await scene.wait(1);
}
