#!/usr/bin/env bash
# Versions: Node 20.20.2 and 26.10.0 (npm package `node`), iproute2 6.1, Linux 6.18.
# Behaviour: a keep-alive delay of 1–999 ms leaves TCP_KEEPIDLE at the kernel's default, so that the first probe
#   leaves after two hours. `http.Agent({keepAliveMsecs: 500})` does the same to each pooled socket.
# Seen: setKeepAlive(true, 999): timer of 119 min; setKeepAlive(true, 1000): at most 1 s. Alike in both versions.
# Source: Node lib/net.js, Socket.prototype.setKeepAlive: `~~(initialDelayMsecs / 1000)` (line 619 in 20.20.2, 918 in
#   26.10.0), whose result setKeepAlive() of the handle gets without a look at its error. With 0 seconds libuv sets
#   SO_KEEPALIVE and stops: 1.46 at EINVAL of TCP_KEEPIDLE, 1.52 before that call (strace).
# Why a good guess is wrong: the parameter is in milliseconds, so 500 should mean half a second or be rounded up to the
#   least value that the kernel knows, one second. Only `0` is documented as "leaves the default unchanged". There is no
#   error, and the step from 999 to 1000 changes the delay by a factor of 7200.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/probe.js" <<'JS'
const http = require('node:http');
const net = require('node:net');
const {once} = require('node:events');
const {execFileSync} = require('node:child_process');
const {readFileSync} = require('node:fs');

const defaultMinutes = Math.floor((Number(readFileSync('/proc/sys/net/ipv4/tcp_keepalive_time')) - 1) / 60);
// ESTAB 0 0 127.0.0.1:50000 127.0.0.1:40000 timer:(keepalive,119min,0)
const timerOf = port => {
	const row = execFileSync('ss', ['-tnoH', 'sport', '=', `:${port}`], {encoding: 'utf8'});
	const [, left = 'no timer', minutes] = /timer:\(keepalive,((?:(\d+)min)?[^,]*)/.exec(row) ?? [];
	process.stderr.write(`  ${process.version} ${left}\n`);
	if (minutes === undefined) return left === 'no timer' ? left : 'at most a second';
	return defaultMinutes - Number(minutes) <= 1 ? 'the default of the kernel' : `${minutes} min`;
};

(async () => {
	const server = http.createServer((_, response) => response.end()).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address();
	for (const delay of [1, 500, 999, 1000, 1999]) {
		const socket = net.connect(port, '127.0.0.1');
		await once(socket, 'connect');
		socket.setKeepAlive(true, delay);
		console.log(`setKeepAlive(true, ${delay}): ${timerOf(socket.localPort)}`);
		socket.destroy();
	}
	for (const keepAliveMsecs of [500, 1000]) {
		const agent = new http.Agent({keepAlive: true, keepAliveMsecs});
		const request = http.get({port, host: '127.0.0.1', agent});
		const [response] = await once(request, 'response');
		response.resume();
		const [socket] = await once(agent, 'free');
		console.log(`http.Agent, keepAliveMsecs ${keepAliveMsecs}: ${timerOf(socket.localPort)}`);
		agent.destroy();
	}
	process.exit();
})();
JS

cat >"$dir/expected" <<'TXT'
setKeepAlive(true, 1): the default of the kernel
setKeepAlive(true, 500): the default of the kernel
setKeepAlive(true, 999): the default of the kernel
setKeepAlive(true, 1000): at most a second
setKeepAlive(true, 1999): at most a second
http.Agent, keepAliveMsecs 500: the default of the kernel
http.Agent, keepAliveMsecs 1000: at most a second
TXT

for version in 20.20.2 26.10.0; do
	timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir/$version" "node@$version"
	echo "Node $version"
	timeout 60 "$dir/$version/node_modules/node/bin/node" "$dir/probe.js" | tee "$dir/seen"
	diff "$dir/expected" "$dir/seen"
done
