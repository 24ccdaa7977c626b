// Stage: `open` on connections that carry one request after the other, and rest in the agent's pool in between.
import http from 'node:http';

export const title = 'HTTP with keep-alive: eight requests over two connections';

export async function run(scene) {
	const server = http.createServer((request, response) => {
		scene.later(0.14, () => response.end(`${request.url} is on its way\n`));
	});
	const port = await scene.listen(server);
	const agent = new http.Agent({keepAlive: true, maxSockets: 2});
	scene.signal.addEventListener('abort', () => agent.destroy());

	for (let order = 1; order <= 8; order++) {
		const request = http.get({host: '127.0.0.1', port, agent, path: `/orders/${order}`});
		request.on('error', () => {});
		request.on('response', response => response.on('error', () => {}).resume());
		await scene.wait(0.09);
	}
	// A while in the pool: connected, quiet, and ready for the next request.
	await scene.wait(0.28);
}
