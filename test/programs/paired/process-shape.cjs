'use strict';
// The process object before any socket: arguments, keys, listeners, modules, globals.
const list = value => console.log(value.map(String).sort().join(' '));
console.log(process.argv.length, process.execArgv, process.argv0 === process.execPath, process.title);
list(Object.keys(process));
list(Object.keys(process.env).filter(name => name !== 'NODE_OPTIONS' && name !== 'NETWATCH_FIFO'));
list(Reflect.ownKeys(globalThis));
list(Object.keys(process.memoryUsage()));
list(Object.keys(process.report ?? {}));
list(process.eventNames().map(name => `${String(name)} ${process.listenerCount(name)}`));
console.log(
	Object.keys(require.cache).length,
	module.children.length,
	require.main === module,
	module.parent,
);
console.log(
	module.paths.length > 0,
	typeof require.extensions['.js'],
	require('node:module').globalPaths.length >= 0,
);
console.log(process.getActiveResourcesInfo(), process._getActiveHandles().length);
console.log(process.exitCode, process._exiting, process.hasUncaughtExceptionCaptureCallback());
console.log(process.getMaxListeners(), process.umask(), process.cwd() === __dirname, process.uptime() > 0);
console.log(Error.stackTraceLimit, typeof Error.prepareStackTrace, Object.getOwnPropertyNames(Error).join());
console.log(
	new Error('here').stack
		.split('\n')
		.slice(1)
		.map(line => line.replace(/\(\/.*\//, '('))
		.join('\n'),
);
