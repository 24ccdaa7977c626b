// Stages: `created`, and `accepted`, which is a connection that has not carried a byte yet.
import net from 'node:net';

export const title = 'a socket that is not connected yet, and a connection without a byte';

export async function run(scene) {
	const server = net.createServer();
	const port = await scene.listen(server);

	const early = scene.keep(new net.Socket());
	scene.later(0.5, () => early.connect({host: '127.0.0.1', port}));

	// Both sides wait for the other to say something: seen in life where a protocol's roles were mixed up.
	scene.connect({port});

	await scene.wait(1);
}
