/** In place of netwatch: holds a child shell that runs a command without an end, and prints the shell's pid. */
import {childSearchPath} from '../../../source/kernel/child/child.ts';
import {createShell} from '../../../source/kernel/child/shell.ts';
import {createRouteMonitor} from '../../../source/kernel/ip/route-monitor.ts';

const options = {prefix: [], path: childSearchPath(process.env.PATH)};
const shell = createShell<'no-such-command' | 'echo again' | 'sleep 600'>(options);
createRouteMonitor(options, () => {});

process.on('SIGINT', async () => {
	const answer = await shell.run('echo again');
	console.log(answer.ok ? `after SIGINT ${shell.pid} ${answer.stdout.toString().trim()}` : answer.reason);
	void shell.run('sleep 600');
	console.log('waiting');
});

await shell.run('no-such-command');
console.log(`shell ${shell.pid}`);
