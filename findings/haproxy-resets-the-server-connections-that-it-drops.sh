#!/usr/bin/env bash
# Versions: HAProxy 2.6.12 (Debian 12), Node 20.20.2 and 26.10.0 (npm package `node`).
# Behaviour: HAProxy ends a connection to a server that rests in its pool, and that it needs no longer, with RST and not
#   with FIN. A Node HTTP server behind it gets ECONNRESET on a socket without any request: 'clientError' is emitted,
#   and no 'end'.
# Seen: ten connections served one answered request each, and rested; some seconds later 'clientError' ECONNRESET for
#   the first of them, without bytes to read or to write; 'end' is emitted on none.
# Source: HAProxy sets SO_LINGER with a time of zero on connections to servers, so that their ports are free at once and
#   none is left in TIME-WAIT (its issues 579 and 3029: works as designed); the pool is purged by halves
#   (configuration manual, pool-purge-delay, 5 s).
# Why a good guess is wrong: `option nolinger` is off, and the manual describes the reset as what that option does; between
#   two HTTP/1.1 messages the side that leaves closes in order. So ECONNRESET looks like a client that went away within a
#   request, or like a timeout between, and servers that log 'clientError' report errors of clients that never were.
# Needs: apt-get, whose packages are unpacked into the temporary folder; nothing is installed.
set -euo pipefail

dir=$(mktemp -d)
trap 'kill "${proxy:-}" 2>/dev/null || true; rm -rf "$dir"' EXIT

cat >"$dir/server.js" <<'JS'
const http = require('node:http');

const [serverPort, proxyPort] = process.argv.slice(2).map(Number);
const seen = {connections: 0, requests: 0, answered: 0, ends: 0};
const server = http.createServer({keepAliveTimeout: 0}, (request, response) => {
	seen.requests++;
	response.on('finish', () => seen.answered++);
	// All ten are under way at once: none shares a connection with another.
	if (seen.requests <= 10) waiting.push(response);
	if (waiting.length === 10) for (const each of waiting.splice(0)) each.end('hello');
});
const waiting = [];
server.on('connection', socket => {
	// The probe for the open port sends nothing.
	socket.once('data', () => seen.connections++);
	socket.on('end', () => socket.bytesRead > 0 && seen.ends++);
});
server.on('clientError', (error, socket) => {
	console.log(`clientError: ${error.code}, to read ${socket.readableLength}, to write ${socket.writableLength}`);
	console.log(`requests ${seen.requests}, answered ${seen.answered}, connections ${seen.connections}, ends ${seen.ends}`);
	process.exit();
});
server.listen(serverPort, '127.0.0.1', () => {
	for (let n = 0; n < 10; n++) http.get({host: '127.0.0.1', port: proxyPort, agent: false}, got => got.resume());
});
setTimeout(() => {
	console.log('no connection was reset within 40 s');
	process.exit(1);
}, 40_000).unref();
JS

(cd "$dir" && apt-get -qq download haproxy liblua5.3-0 >/dev/null 2>&1)
for package in "$dir"/*.deb; do dpkg -x "$package" "$dir/haproxy"; done
export LD_LIBRARY_PATH="$dir/haproxy/usr/lib/$(uname -m)-linux-gnu"
"$dir/haproxy/usr/sbin/haproxy" -v | head -n 1

freePort() {
	node -p "const server = require('net').createServer().listen(0); setImmediate(() => server.close()); server.address().port"
}
server=$(freePort)
port=$(freePort)
cat >"$dir/haproxy.cfg" <<CFG
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen web
  bind 127.0.0.1:$port
  server one 127.0.0.1:$server
CFG
"$dir/haproxy/usr/sbin/haproxy" -db -f "$dir/haproxy.cfg" >/dev/null 2>&1 &
proxy=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.05; done

for version in 20.20.2 26.10.0; do
	timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir/$version" "node@$version"
	echo "Node $version"
	timeout 60 "$dir/$version/node_modules/node/bin/node" "$dir/server.js" "$server" "$port" | tee "$dir/seen"
	diff - "$dir/seen" <<'TXT'
clientError: ECONNRESET, to read 0, to write 0
requests 10, answered 10, connections 10, ends 0
TXT
done
