#!/usr/bin/env bash
# Versions: Node 20.20.2 against 22.23.3 (npm package `node`); 24.21.0 and 26.10.0 behave as 22.23.3.
# Behaviour: an idle socket in the pool of an http.Agent that the peer resets emits 'error' ECONNRESET and then 'close'
#   with hadError true in Node 20. From the later lines on it emits 'close' with hadError false only, and `errored` is
#   null: the reset cannot be told from a destroy() in the program.
# Seen: 20.20.2: error ECONNRESET, close hadError=true; 22.23.3: close hadError=false.
# Source: Node lib/_http_agent.js: freeSocketOnReadGuard() (line 106 in 22.23.3 and 26.10.0, absent from 20.20.2) takes
#   the place of onStreamRead as `handle.onread` while the socket is free, and destroys it without a reason.
# Why a good guess is wrong: 'error' of a reset is the oldest rule of net.Socket, and the documentation of 'close' says
#   that hadError is true after a transmission error. The guard is meant for unsolicited data; it catches the
#   error codes of the read on the way, and only while the socket is in the pool.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/probe.js" <<'JS'
const http = require('node:http');
const net = require('node:net');
const {once} = require('node:events');

// The events of a client's socket from a reset by its peer until 'close'.
const eventsOfReset = async (title, client, peer) => {
	const events = [];
	client.on('end', () => events.push('end'));
	client.on('error', error => events.push(`error ${error.code}`));
	const closed = new Promise(resolve => client.on('close', resolve));
	peer.resetAndDestroy();
	events.push(`close hadError=${await closed}`);
	console.log(`${title}: ${events.join(', ')}, errored ${client.errored?.code ?? client.errored}`);
};

(async () => {
	const server = http.createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address();

	const plain = net.connect(port, '127.0.0.1');
	const [[plainPeer]] = await Promise.all([once(server, 'connection'), once(plain, 'connect')]);
	await eventsOfReset('plain socket', plain, plainPeer);

	const agent = new http.Agent({keepAlive: true});
	const accepted = once(server, 'connection');
	const [response] = await once(http.get({port, host: '127.0.0.1', agent}), 'response');
	response.resume();
	const [free] = await once(agent, 'free');
	await new Promise(resolve => setImmediate(resolve));
	if (Object.values(agent.freeSockets)[0]?.[0] !== free) throw new Error('the socket is not in the pool');
	const [peer] = await accepted;
	await eventsOfReset('pooled socket', free, peer);
	process.exit();
})();
JS

for version in 20.20.2 22.23.3; do
	timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir/$version" "node@$version"
	echo "Node $version"
	timeout 60 "$dir/$version/node_modules/node/bin/node" "$dir/probe.js" | tee "$dir/$version.seen"
done

diff - "$dir/20.20.2.seen" <<'TXT'
plain socket: error ECONNRESET, close hadError=true, errored ECONNRESET
pooled socket: error ECONNRESET, close hadError=true, errored ECONNRESET
TXT
diff - "$dir/22.23.3.seen" <<'TXT'
plain socket: error ECONNRESET, close hadError=true, errored ECONNRESET
pooled socket: close hadError=false, errored null
TXT
