#!/usr/bin/env bash
# Versions: Node 20.20.2 and 26.10.0 (npm package `node`).
# Behaviour: the handle of a TLS socket has ref() and unref() and no hasRef(): whether the socket keeps the process alive
#   can be asked only of the handle below it, `_handle._parent`.
# Seen: net.Socket: hasRef is a function; tls.TLSSocket: undefined, and `_parent.hasRef()` is false after unref().
# Source: Node src/tls_wrap.cc: TLSWrap is an AsyncWrap and a StreamBase, and no HandleWrap, which has hasRef()
#   (src/handle_wrap.cc); lib/_tls_wrap.js proxies ref and unref to the parent by name (proxiedMethods), and not hasRef.
# Why a good guess is wrong: timers, servers, child processes and plain sockets all have hasRef() on themselves or on
#   their handle, and `_handle.hasRef?.() ?? true` takes every TLS socket for one that keeps the process alive.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/probe.js" <<'JS'
const net = require('node:net');
const tls = require('node:tls');
const {once} = require('node:events');

(async () => {
	const server = net.createServer(() => {}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address();
	for (const [name, connect] of [['net.Socket', net.connect], ['tls.TLSSocket', tls.connect]]) {
		const socket = connect({port, host: '127.0.0.1'}).on('error', () => {});
		await once(socket, 'connect');
		socket.unref();
		const {_handle: handle} = socket;
		const below = handle._parent?.hasRef ? `, of the one below ${handle._parent.hasRef()}` : '';
		console.log(`${name}: unref ${typeof handle.unref}, hasRef ${typeof handle.hasRef}${below}`);
	}
	process.exit();
})();
JS

cat >"$dir/expected" <<'TXT'
net.Socket: unref function, hasRef function
tls.TLSSocket: unref function, hasRef undefined, of the one below false
TXT

for version in 20.20.2 26.10.0; do
	timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir/$version" "node@$version"
	echo "Node $version"
	timeout 60 "$dir/$version/node_modules/node/bin/node" "$dir/probe.js" | tee "$dir/seen"
	diff "$dir/expected" "$dir/seen"
done
