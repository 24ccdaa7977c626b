import {spawn} from 'node:child_process';
import {once} from 'node:events';
import net, {type AddressInfo} from 'node:net';
import {test} from 'vitest';
import {childSearchPath} from '../../../../../source/kernel/child/child.ts';
import {hasWrittenAll, isListening} from '../../../../../source/kernel/ss/events/netlink.ts';
import {until} from '../../../../helpers/process/until.ts';

test('a stopped ss -E has reports left to write, and none once it runs again (needs root)', async ({
	onTestFinished,
	skip,
}) => {
	const ss = spawn('ss', ['-EHOtn'], {
		env: {PATH: childSearchPath(process.env.PATH)},
		stdio: ['ignore', 'ignore', 'ignore'],
	});
	onTestFinished(() => void ss.kill('SIGKILL'));
	const {pid = 0} = ss;
	// An ordinary user's ss ends with "Operation not permitted".
	const state = await Promise.race([
		once(ss, 'exit').then(() => 'ended'),
		until('ss listens', () => isListening(pid)).then(() => 'listening'),
	]);
	if (state === 'ended') skip('ss -E needs root');
	await until('it sleeps', () => hasWrittenAll(pid));

	ss.kill('SIGSTOP');
	const server = net.createServer(socket => socket.end()).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
	await once(client, 'close');
	server.close();
	await until('the kernel has reported', async () => (await hasWrittenAll(pid)) === false);
	ss.kill('SIGCONT');
	await until('ss has written it', () => hasWrittenAll(pid));
});
