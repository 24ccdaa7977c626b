#!/usr/bin/env bash
# Versions: Node 26.10.0 (npm package `node`), Linux 6.18.
# Behaviour: with `localAddress`, net.connect() needs an ephemeral port of its own for each connection. Without it, the
#   kernel gives one port to several connections, as long as their destinations differ. When the range is used up, the
#   error is EADDRINUSE of "connect", and names the destination, which is listening and free.
# Seen (10 ephemeral ports, 2 destinations): 20 connections without localAddress, then EADDRNOTAVAIL; 10 with it, then
#   "connect EADDRINUSE 127.0.0.1:9000".
# Source: ip(7), IP_BIND_ADDRESS_NO_PORT; libuv src/unix/tcp.c calls bind() with port 0 without that option, and keeps
#   EADDRINUSE of bind() as `delayed_error` until uv_tcp_connect().
# Why a good guess is wrong: libuv sets SO_REUSEADDR before bind(), which seems to allow the sharing; and
#   `localAddress` names an address only. The code and the address in the error point at a port that another server
#   took, and the four-tuples that are left free cannot be had.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/probe.js" <<'JS'
const net = require('node:net');
const {once} = require('node:events');

const destinations = ['127.0.0.1', '127.0.0.2'];

const open = async localAddress => {
	const sockets = [];
	let error;
	while (error === undefined && sockets.length < 30) {
		const host = destinations[sockets.length % destinations.length];
		const socket = net.connect({port: 9000, host, localAddress});
		error = await once(socket, 'connect').then(() => undefined, reason => reason);
		if (error === undefined) sockets.push(socket);
	}
	console.log(`localAddress ${localAddress}: ${sockets.length} connections, then ${error?.message}`);
	for (const socket of sockets) socket.resetAndDestroy();
	await Promise.all(sockets.map(socket => once(socket, 'close')));
};

(async () => {
	for (const host of destinations) {
		const server = net.createServer(socket => socket.on('error', () => {})).listen(9000, host);
		await once(server, 'listening');
	}
	await open(undefined);
	await open('127.0.0.1');
	process.exit();
})();
JS

cat >"$dir/expected" <<'TXT'
localAddress undefined: 20 connections, then connect EADDRNOTAVAIL 127.0.0.1:9000 - Local (0.0.0.0:0)
localAddress 127.0.0.1: 10 connections, then connect EADDRINUSE 127.0.0.1:9000
TXT

namespace=(unshare --net)
[ "$(id -u)" = 0 ] || namespace=(unshare --map-root-user --net)

version=26.10.0
timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir/$version" "node@$version"
echo "Node $version, Linux $(uname -r)"
timeout 60 "${namespace[@]}" bash -ec '
	ip link set lo up
	echo 40000 40009 >/proc/sys/net/ipv4/ip_local_port_range
	exec "$@"
' bash "$dir/$version/node_modules/node/bin/node" "$dir/probe.js" | tee "$dir/seen"
diff "$dir/expected" "$dir/seen"
