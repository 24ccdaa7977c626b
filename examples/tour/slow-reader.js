// Stage: `draining` on the server's side.
//
// write() returns false when enough is buffered, and 'drain' says when to go on. With a slow reader that takes long:
// its own receive buffer is full, then the sender's Send-Q, and the rest waits in the sender's JavaScript.
import net from 'node:net';

export const title = "a slow reader makes 'drain' wait";

const block = Buffer.alloc(8 * 1024 * 1024, 'netwatch ');

export async function run(scene) {
	let enough = false;
	const server = net.createServer(socket => {
		const fill = () => {
			while (!enough && socket.write(block));
			if (enough) socket.end();
		};
		socket.on('drain', fill);
		fill();
	});
	const reader = scene.connect({port: await scene.listen(server)});

	// A sip now and then: without a 'data' listener nothing is read until read() asks for it.
	const sips = setInterval(() => reader.read(64 * 1024), 100);
	try {
		await scene.wait(0.75);
	} finally {
		clearInterval(sips);
	}

	// Now it reads as fast as it can, 'drain' comes, and the server may end.
	enough = true;
	reader.resume();
	await scene.wait(0.25);
}
