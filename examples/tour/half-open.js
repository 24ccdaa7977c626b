// Stages: `ended` on the side that called end(), `peer-ended` on the other, which may still write.
import net from 'node:net';

export const title = 'half-open connections: one side has ended, the other goes on';

export async function run(scene) {
	// With allowHalfOpen, the end of the peer does not end this side by itself.
	const allowHalfOpen = true;

	const answering = net.createServer({allowHalfOpen}, socket => {
		socket.resume();
		socket.write('I am not done yet\n');
		scene.later(0.7, () => socket.end('now I am\n'));
	});
	const asking = scene.connect({port: await scene.listen(answering), allowHalfOpen});
	asking.resume();
	asking.end('that is all from me\n');

	// The other way round: the server has said everything, and the client takes its time.
	const telling = net.createServer({allowHalfOpen}, socket => {
		socket.resume();
		socket.end('that is all there is\n');
	});
	const patient = scene.connect({port: await scene.listen(telling), allowHalfOpen});
	patient.resume();
	scene.later(0.7, () => patient.end('thank you\n'));

	await scene.wait(1);
}
