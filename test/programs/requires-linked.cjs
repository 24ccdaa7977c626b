'use strict';
// Loads a module through a symbolic link, as pnpm lays them out, while a connection is open: the module finds its own
// neighbour only where Node resolves the link.
const fs = require('node:fs');
const {createRequire} = require('node:module');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'target-')));
process.on('exit', () => fs.rmSync(directory, {recursive: true, force: true}));
const write = (name, text) => {
	const file = path.join(directory, name);
	fs.mkdirSync(path.dirname(file), {recursive: true});
	fs.writeFileSync(file, text);
};
// Node reads the nearest package.json: without this one, that of a directory above could make these ES modules.
write('package.json', '{}');
write('first.js', '');
write('.store/one/index.js', "module.exports = [__filename, ...require('other')];");
write('.store/node_modules/other/index.js', 'module.exports = [__filename];');
fs.mkdirSync(path.join(directory, 'node_modules'));
fs.symlinkSync('../.store/one', path.join(directory, 'node_modules/one'));

const requireThere = createRequire(path.join(directory, 'app.js'));
// From here on Node remembers that these directories are no links.
requireThere('./first.js');

const server = net.createServer();
server.listen(0, '127.0.0.1', () => {
	const client = net.connect(server.address().port, '127.0.0.1');
	client.on('connect', () => {
		setTimeout(() => {
			for (const file of requireThere('one')) console.log(path.relative(directory, file));
			client.destroy();
			server.close();
		}, 200);
	});
});
setTimeout(() => process.exit(124), 30_000).unref();
