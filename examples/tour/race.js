// Stages: `connect 1/3`, `connect 2/3`, `connect 3/3`, `open`.
//
// A name with addresses of both families: Node tries them one after the other ("happy eyeballs") and gives each a
// limited time. Here ::1 refuses at once, 127.0.0.2 never answers, and 127.0.0.1 wins.
import {once} from 'node:events';
import net from 'node:net';
import {answer} from '../support/lookup.js';

export const title = 'a race over both families: one refuses, one is silent, one wins';

const addresses = [
	{address: '::1', family: 6},
	{address: '127.0.0.2', family: 4},
	{address: '127.0.0.1', family: 4},
];

export async function run(scene) {
	await expectIpv6(scene);
	const port = await scene.listen(net.createServer());
	try {
		await makeSilent(scene, {host: '127.0.0.2', port});
		scene.connect({
			host: 'three-ways.example',
			port,
			lookup(_hostname, options, callback) {
				scene.later(0.1, () => answer(options, callback, addresses));
			},
			autoSelectFamily: true,
			// Node's own limit is 250 ms (500 ms since Node 26): longer here, so that one can watch it.
			autoSelectFamilyAttemptTimeout: Math.max(250, scene.ms(0.35)),
		});
		await scene.wait(1);
	} finally {
		scene.busy.close();
	}
}

async function expectIpv6(scene) {
	const probe = net.createServer();
	try {
		await scene.listen(probe, {host: '::1'});
	} catch {
		throw new Error('this machine has no IPv6 loopback address (::1)');
	}
	const closed = once(probe, 'close');
	probe.close();
	await closed;
}

/**
 * Makes an address of this machine silent: a listener with the smallest accept queue, which takes backlog + 1
 * connections, does not accept; two clients fill the queue; from then on the kernel drops every SYN.
 */
async function makeSilent(scene, {host, port}) {
	await scene.busy.listen({host, port, backlog: 1}, scene.signal);
	await scene.busy.block(scene.ms(1), scene.signal);
	const fillers = [scene.connect({host, port}), scene.connect({host, port})];
	await Promise.all(fillers.map(filler => scene.event(filler, 'connect')));
}
