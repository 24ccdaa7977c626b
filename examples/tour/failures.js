// Stage: `failed`, in the phase `connect` (ECONNREFUSED) and in the phase `read` (ECONNRESET).
import net from 'node:net';

export const title = 'connections that fail: refused at once, and reset in the middle';

export async function run(scene) {
	// Port 1 was meant for a service that does not run: the kernel answers with a reset, which reads "refused".
	scene.connect({port: 1});
	scene.later(0.3, () => scene.connect({port: 1}));

	// This server takes what it is sent, and then throws the connection away without a good-bye.
	const server = net.createServer(socket => {
		socket.on('data', () => scene.later(0.4, () => socket.resetAndDestroy()));
	});
	const client = scene.connect({port: await scene.listen(server)});
	client.write('please keep this\n');

	await scene.wait(1);
}
