#!/usr/bin/env bash
# Versions: Linux 6.18, iproute2 6.1; Node 20.20.2 (npm package `node`) makes the connection.
# Behaviour: a TCP connection on which the other side has sent nothing but its FIN has `bytes_received:1` in `ss -i`, and
#   `lastrcv` runs from the connect. With three bytes and a FIN it is `bytes_received:4`.
# Seen: FIN alone: bytes_received 1, lastrcv as old as the connection; three bytes and FIN: bytes_received 4.
# Source: include/net/tcp.h, tcp_rcv_nxt_update() adds every advance of rcv_nxt to bytes_received, and tcp_fin() of
#   net/ipv4/tcp_input.c advances it by the FIN; icsk_ack.lrcvtime is set by data segments and at the connect alone.
# Why a good guess is wrong: RFC 4898 defines tcpEStatsAppHCThruOctetsReceived, which the field is named after, as octets
#   for which acknowledgements were sent, and a reader takes 1 for a byte of data. On the other end the SYN is likewise
#   in `bytes_acked` (1 before anything was sent), while `bytes_sent` counts data alone.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/probe.js" <<'JS'
const net = require('node:net');
const {execFileSync} = require('node:child_process');
const {once} = require('node:events');

const probe = async data => {
	const server = net.createServer({allowHalfOpen: true}, socket => socket.resume()).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address();
	const client = net.connect({port, host: '127.0.0.1', allowHalfOpen: true});
	const [accepted] = await once(server, 'connection');
	await new Promise(resolve => setTimeout(resolve, 500));
	client.end(data);
	await once(accepted, 'end');
	const line = execFileSync('ss', ['-HOtni', 'state', 'close-wait', 'sport', '=', `:${port}`], {encoding: 'utf8'});
	const received = /bytes_received:(\d+)/.exec(line)?.[1];
	const last = Number(/lastrcv:(\d+)/.exec(line)?.[1]);
	console.log(`${data.length} bytes and a FIN: bytes_received ${received}, last received ${last >= 400 ? 'at the connect' : 'just now'}`);
	client.destroy();
	accepted.destroy();
	server.close();
};

(async () => {
	await probe('');
	await probe('abc');
})();
JS

cat >"$dir/expected" <<'TXT'
0 bytes and a FIN: bytes_received 1, last received at the connect
3 bytes and a FIN: bytes_received 4, last received just now
TXT

timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir" node@20.20.2
ss -V
timeout 60 "$dir/node_modules/node/bin/node" "$dir/probe.js" | tee "$dir/seen"
diff "$dir/expected" "$dir/seen"
