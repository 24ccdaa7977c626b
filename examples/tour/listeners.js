// Stages: `listening`, and `failed` in the phase `bind`.
import net from 'node:net';

export const title = 'a listener waits; another one finds its port taken';

export async function run(scene) {
	const port = await scene.listen(net.createServer());

	// The same port again: EADDRINUSE. The first listener is not disturbed by it.
	const late = scene.keep(net.createServer());
	late.listen({host: '127.0.0.1', port});

	await scene.wait(1);
}
