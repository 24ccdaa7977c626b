'use strict';
// Children of every kind, and what each sees of its start: arguments, options, exit codes, output.
const childProcess = require('node:child_process');
const {once} = require('node:events');

const show =
	'console.log(process.argv.length, process.execArgv, process.argv0 === process.execPath, process.title)';
const run = async (name, child) => {
	let text = '';
	child.stdout?.on('data', bytes => {
		text += bytes;
	});
	const [code, signal] = await once(child, 'close');
	console.log(name, code, signal, text.trim().replaceAll(process.execPath, 'NODE'));
};

const main = async () => {
	if (process.argv[2] === 'child') {
		process.send?.([
			process.argv.length,
			process.execArgv,
			process.connected,
			process.channel?.constructor.name,
		]);
		process.disconnect?.();
		console.log('child', process.argv.length);
		return;
	}

	const {execPath, env} = process;
	const forked = (args, options) => {
		const child = childProcess.fork(__filename, ['child', ...args], {
			stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
			...options,
		});
		child.on('message', message => console.log('message', JSON.stringify(message)));
		return child;
	};
	await run('fork', forked(['a']));
	await run('fork with options', forked([], {execArgv: ['--no-warnings', '--stack-trace-limit=3']}));
	await run('fork with advanced messages', forked([], {serialization: 'advanced'}));
	await run('spawn', childProcess.spawn(execPath, ['-e', show, 'x', '--y']));
	await run('spawn with an empty environment', childProcess.spawn(execPath, ['-e', show], {env: {}}));
	await run(
		'spawn with options',
		childProcess.spawn(execPath, ['-p', 'process.execArgv[0]'], {
			env: {...env, NODE_OPTIONS: '--no-warnings'},
		}),
	);
	await run('detached', childProcess.spawn(execPath, ['-p', '1'], {detached: true}));
	await run('shell', childProcess.spawn(`"${execPath}" -p 2; exit 3`, [], {shell: true}));
	await run('exit code', childProcess.spawn(execPath, ['-e', 'process.exit(9)']));
	await run(
		'signal',
		childProcess.spawn(execPath, ['-e', 'process.kill(process.pid); setTimeout(() => {}, 9999)']),
	);
	await run(
		'stdin',
		(() => {
			const child = childProcess.spawn(execPath, ['-']);
			child.stdin.end('console.log("from standard input", require.main === module)');
			return child;
		})(),
	);
	console.log(childProcess.execFileSync(execPath, ['-p', 'process.stdout.isTTY'], {encoding: 'utf8'}));
	console.log(childProcess.spawnSync(execPath, ['-e', 'throw 1'], {encoding: 'utf8'}).stderr);
	console.log(childProcess.spawnSync(execPath, ['--no-such-option'], {encoding: 'utf8'}).status);
};
main();
