// Stage: `paused` on the client: bytes wait in JavaScript (up to the high-water mark) and in the kernel's Recv-Q.
import net from 'node:net';

export const title = 'a paused reader: its bytes wait in JavaScript and in the kernel';

export async function run(scene) {
	const server = net.createServer(socket => socket.end(Buffer.alloc(200_000, 'netwatch ')));
	const reader = scene.connect({port: await scene.listen(server)});

	reader.once('data', () => reader.pause());
	await scene.wait(0.7);

	reader.resume();
	await scene.wait(0.3);
}
