'use strict';
/** Says that the connections are open, and waits for a line on standard input. Without its runner it ends. */
exports.hold = () =>
	new Promise(resolve => {
		const orphaned = () => process.exit(1);
		process.stdout.write('holding\n');
		process.stdin.once('end', orphaned);
		process.stdin.once('data', () => {
			process.stdin.removeListener('end', orphaned);
			process.stdin.destroy();
			resolve();
		});
	});
