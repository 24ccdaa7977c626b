#!/usr/bin/env bash
# Versions: Node 20.20.2 and 26.10.0 (npm package `node`).
# Behaviour: in a 'close' listener `remoteAddress` and `remotePort` are undefined, unless any code has read one of them
#   while the socket was open. `localAddress` and `localPort` are undefined in both cases.
# Seen: nothing read: remote undefined, local undefined; both read before: remote 127.0.0.1, local undefined.
# Source: Node lib/net.js: _getpeername() returns the cached `_peername` without a handle (lines 860–870 in 20.20.2,
#   1221–1231 in 26.10.0); _getsockname() has a cache too, but looks for the handle first and returns {}.
# Why a good guess is wrong: a getter seems to have no effect, and the two addresses seem alike. The documentation says
#   "may be undefined if the socket is destroyed" of the remote address. A logger or a debugger that reads it changes
#   the output of a 'close' listener elsewhere; taking the logger away breaks that listener.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/probe.js" <<'JS'
const net = require('node:net');
const {once} = require('node:events');

const reads = {
	'nothing read': () => {},
	'localAddress read': socket => socket.localAddress,
	'remotePort read': socket => socket.remotePort,
	'both read': socket => [socket.localAddress, socket.remoteAddress],
};

(async () => {
	const server = net.createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	for (const [title, read] of Object.entries(reads)) {
		const client = net.connect(server.address().port, '127.0.0.1');
		const [socket] = await once(server, 'connection');
		read(socket);
		socket.resume();
		client.end();
		await once(socket, 'close');
		console.log(`${title}: remote ${socket.remoteAddress}, local ${socket.localAddress}`);
	}
	server.close();
})();
JS

cat >"$dir/expected" <<'TXT'
nothing read: remote undefined, local undefined
localAddress read: remote undefined, local undefined
remotePort read: remote 127.0.0.1, local undefined
both read: remote 127.0.0.1, local undefined
TXT

for version in 20.20.2 26.10.0; do
	timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir/$version" "node@$version"
	echo "Node $version"
	timeout 60 "$dir/$version/node_modules/node/bin/node" "$dir/probe.js" | tee "$dir/seen"
	diff "$dir/expected" "$dir/seen"
done
