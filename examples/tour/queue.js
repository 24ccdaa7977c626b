// Stage: `queued`: the kernel has completed the connections and the clients think that they are served, but the
// server's JavaScript does not know them yet, because its event loop is blocked.
export const title = "connections queue up while the server's event loop is blocked";

export async function run(scene) {
	try {
		const port = await scene.busy.listen({host: '127.0.0.1', port: 0}, scene.signal);
		// Idle for a moment, as servers are before trouble begins.
		await scene.wait(0.15);
		await scene.busy.block(scene.ms(0.55), scene.signal);
		for (let count = 0; count < 4; count++) {
			const client = scene.connect({port});
			client.resume();
			client.write('anybody there?\n');
			await scene.wait(0.05);
		}
		await scene.wait(0.6);
	} finally {
		scene.busy.close();
	}
}
