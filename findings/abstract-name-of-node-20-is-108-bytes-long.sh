#!/usr/bin/env bash
# Versions: Node 20.20.2 (libuv 1.46.0) against 22.23.3 (libuv 1.51.0), both npm package `node`; Linux 6.18.
# Behaviour: Node 20 binds and connects an abstract unix socket with the whole of sun_path, so that the name ends in
#   zero bytes up to 108 in all. Later lines use the bytes of the string only. The two names differ: a client of
#   one version gets ECONNREFUSED from the other's server, and both can listen on "the same" name at once.
# Seen: "@name@@@…" (108 bytes) in /proc/net/unix for 20.20.2, "@name" for 22.23.3; 20 → 20 and 22 → 22 connect,
#   20 → 22 and 22 → 20 ECONNREFUSED; server.address() is the same string in both.
# Source: unix(7): an abstract name is all bytes that the address length covers, zero bytes included; libuv
#   src/unix/pipe.c passed `sizeof saddr` in 1.46, and passes the length of the name in 1.51.
# Why a good guess is wrong: trailing zero bytes look like C's padding, and a path in the file system may have them:
#   there they do not count. Node's documentation describes '\0name' with the same words in both lines, and
#   server.address() prints the same. Python's connect() with the same name reaches the later line only.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/server.js" <<'JS'
const net = require('node:net');
const {readFileSync} = require('node:fs');

const name = process.argv[2];
const server = net.createServer(socket => socket.end());
server.on('error', error => console.log(error.code));
server.listen(`\0${name}`, () => {
	// 0000000000000000: 00000002 00000000 00010000 0001 01 12345 @name
	const lengths = readFileSync('/proc/net/unix', 'utf8')
		.split('\n')
		.map(row => row.split(' ').at(-1))
		.filter(path => path.replace(/@*$/, '') === `@${name}`)
		.map(path => (path.length === name.length + 1 ? 'the length of the name' : path.length));
	const same = server.address() === `\0${name}`;
	console.log(`address() as asked for: ${same}, bytes of this name in the kernel: ${lengths.join(' and ')}`);
});
// Ends with the parent, which holds the other end of stdin.
process.stdin.on('end', () => process.exit()).resume();
JS

cat >"$dir/client.js" <<'JS'
const socket = require('node:net').connect(`\0${process.argv[2]}`);
socket.on('connect', () => console.log('connected')).resume();
socket.on('error', error => console.log(error.code));
JS

cat >"$dir/probe.js" <<'JS'
const {spawn} = require('node:child_process');
const {once} = require('node:events');
const {join} = require('node:path');

const name = `finding-${process.pid}`;
const nodeOf = version => join(__dirname, version, 'node_modules/node/bin/node');
const start = (version, file) =>
	spawn(nodeOf(version), [join(__dirname, file), name], {stdio: ['pipe', 'pipe', 'inherit']});
const lineOf = async child => String((await once(child.stdout, 'data'))[0]).trim();

const versions = ['20.20.2', '22.23.3'];
(async () => {
	for (const serving of versions) {
		const server = start(serving, 'server.js');
		console.log(`server ${serving}: ${await lineOf(server)}`);
		for (const version of versions)
			console.log(`client ${version}, server ${serving}: ${await lineOf(start(version, 'client.js'))}`);
		server.stdin.end();
		await once(server, 'exit');
	}
	const servers = versions.map(version => start(version, 'server.js'));
	const lines = await Promise.all(servers.map(lineOf));
	console.log(`both at once: ${lines.filter(line => line.startsWith('address')).length} listening`);
	for (const server of servers) server.stdin.end();
})();
JS

cat >"$dir/expected" <<'TXT'
server 20.20.2: address() as asked for: true, bytes of this name in the kernel: 108
client 20.20.2, server 20.20.2: connected
client 22.23.3, server 20.20.2: ECONNREFUSED
server 22.23.3: address() as asked for: true, bytes of this name in the kernel: the length of the name
client 20.20.2, server 22.23.3: ECONNREFUSED
client 22.23.3, server 22.23.3: connected
both at once: 2 listening
TXT

for version in 20.20.2 22.23.3; do
	timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir/$version" "node@$version"
done
timeout 60 "$dir/22.23.3/node_modules/node/bin/node" "$dir/probe.js" | tee "$dir/seen"
diff "$dir/expected" "$dir/seen"
