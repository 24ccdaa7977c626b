// Stages: `closing` (both ways have ended, but unsent bytes keep the socket open) and `lingering` (JavaScript is done
// with the socket, the kernel is not: FIN-WAIT-2, later TIME-WAIT).
import net from 'node:net';

export const title = 'ends that take time: unsent bytes, and a peer that does not close';

const block = Buffer.alloc(8 * 1024 * 1024, 'netwatch ');

export async function run(scene) {
	const allowHalfOpen = true;

	// The server ends at once and does not read; the client ends too, with more than the kernel can take.
	const deaf = net.createServer({allowHalfOpen, pauseOnConnect: true}, socket => {
		socket.end();
		scene.later(0.6, () => socket.resume());
	});
	const parting = scene.connect({port: await scene.listen(deaf), allowHalfOpen});
	parting.on('end', () => parting.end(block));
	parting.resume();

	// The client is gone for good, the server notices and keeps its side open: a leak, if it went on for ever.
	const forgetful = net.createServer({allowHalfOpen}, socket => {
		socket.resume();
		scene.later(0.8, () => socket.end());
	});
	const leaving = scene.connect({port: await scene.listen(forgetful)});
	await scene.event(leaving, 'connect');
	leaving.destroy();

	await scene.wait(1);
}
