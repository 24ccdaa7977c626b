'use strict';
/** Says that the connections are open, and waits for a line on standard input. */
exports.hold = () =>
	new Promise(resolve => {
		process.stdout.write('holding\n');
		process.stdin.once('data', () => {
			process.stdin.destroy();
			resolve();
		});
	});
