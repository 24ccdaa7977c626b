// Stages: `lookup`, then `open` for one and `failed` in the phase `lookup` for the other.
import net from 'node:net';
import {answer, notFound} from '../support/lookup.js';

export const title = 'lookups: a slow one, one that fails, and localhost';

export async function run(scene) {
	const port = await scene.listen(net.createServer());

	scene.connect({
		host: 'slow.example',
		port,
		lookup(_hostname, options, callback) {
			scene.later(0.5, () => answer(options, callback, [{address: '127.0.0.1', family: 4}]));
		},
	});

	scene.connect({
		host: 'no-such-name.example',
		port,
		lookup(hostname, _options, callback) {
			scene.later(0.3, () => notFound(hostname, callback));
		},
	});

	// This one is resolved by the system: often to ::1 first, where nothing listens, and then to 127.0.0.1.
	scene.connect({host: 'localhost', port});

	await scene.wait(1);
}
