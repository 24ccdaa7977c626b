#!/usr/bin/env bash
# Versions: Node 20.20.2 (libuv 1.46.0) against 26.10.0 (libuv 1.52.1), npm package `node`; iproute2 6.1, Linux 6.18.
# Behaviour: net.connect() to a link-local address (fe80::…) without "%interface" fails at once with EINVAL in Node 20.
#   Node 26 sends the SYN from the first interface that has a link-local address, whichever link the peer is on: the
#   connection stays in SYN-SENT until a timeout. dgram's connect() and server.listen() still fail with EINVAL.
# Seen (two links, the peer on the second): 20.20.2: EINVAL; 26.10.0: SYN-SENT from %first; with "%second" both connect.
# Source: libuv src/unix/tcp.c, uv__ipv6_link_local_scope_id(), added in 1.47: getifaddrs(), the first match wins. It is
#   called by uv__tcp_connect() only.
# Why a good guess is wrong: either the kernel's rule (EINVAL) is expected in all versions, or, once a version takes the
#   address, a choice by route or by neighbour. The new one works on a machine with one link, and on another it
#   turns an immediate error into ETIMEDOUT after two minutes (134 s seen); TCP and UDP of
#   one program disagree about one address.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/server.js" <<'JS'
require('node:net')
	.createServer(socket => socket.end())
	.listen(7000, '::', () => require('node:fs').writeFileSync(process.argv[2], ''));
JS

cat >"$dir/client.js" <<'JS'
const net = require('node:net');
const dgram = require('node:dgram');
const {once} = require('node:events');
const {execFileSync} = require('node:child_process');

const peer = 'fe80::b1';
const own = 'fe80::b0';
const reason = error => error.code;

const connect = async host => {
	const socket = net.connect(7000, host);
	const outcome = once(socket, 'connect').then(() => `connected from ${socket.localAddress}`, reason);
	// An error, and a SYN that an answer comes to, are there long before: the second is for the one without an answer.
	const late = new Promise(resolve => setTimeout(resolve, 1000)).then(() => {
		// 0 1 [fe80::a0]%first:50000 [fe80::b1]:7000
		const row = execFileSync('ss', ['-tnH6', 'state', 'syn-sent'], {encoding: 'utf8'});
		return `SYN-SENT from ${/\[fe80::\w+\]%\w+/.exec(row)?.[0]}`;
	});
	const seen = await Promise.race([outcome, late]);
	socket.destroy();
	return seen;
};

(async () => {
	console.log(`net.connect(${peer}): ${await connect(peer)}`);
	console.log(`net.connect(${peer}%second): ${await connect(`${peer}%second`)}`);

	const socket = dgram.createSocket('udp6');
	socket.connect(7000, peer);
	console.log(`dgram connect(${peer}): ${await once(socket, 'connect').then(() => 'connected', reason)}`);

	const server = net.createServer().listen(0, own);
	console.log(`listen(${own}): ${await once(server, 'listening').then(() => 'listening', reason)}`);
	process.exit();
})();
JS

# Two links from this namespace to a second one, which has the server.
cat >"$dir/links.sh" <<'SH'
set -euo pipefail
dir=$1 node20=$2 node26=$3
unshare --net sleep 120 &
peer=$!
trap 'kill "$peer" "${server:-$peer}"' EXIT
until [ "$(readlink /proc/$peer/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
far=(nsenter --target "$peer" --net)

add_link() { # NAME OWN-ADDRESS PEER-ADDRESS
	ip link add "$1" type veth peer name "$1" netns "$peer"
	ip link set "$1" addrgenmode none up
	"${far[@]}" ip link set "$1" addrgenmode none up
	ip -6 address add "$2/64" dev "$1" nodad
	"${far[@]}" ip -6 address add "$3/64" dev "$1" nodad
}
add_link first fe80::a0 fe80::a1
add_link second fe80::b0 fe80::b1

"${far[@]}" "$node26" "$dir/server.js" "$dir/listening" &
server=$!
until [ -e "$dir/listening" ]; do sleep 0.05; done
"$node20" "$dir/client.js" >"$dir/seen20"
"$node26" "$dir/client.js" >"$dir/seen26"
SH

namespace=(unshare --net)
[ "$(id -u)" = 0 ] || namespace=(unshare --map-root-user --net)

for version in 20.20.2 26.10.0; do
	timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir/$version" "node@$version"
done
timeout 90 "${namespace[@]}" bash "$dir/links.sh" "$dir" "$dir"/{20.20.2,26.10.0}/node_modules/node/bin/node

echo 'Node 20.20.2'
cat "$dir/seen20"
echo 'Node 26.10.0'
cat "$dir/seen26"
diff - "$dir/seen20" <<'TXT'
net.connect(fe80::b1): EINVAL
net.connect(fe80::b1%second): connected from fe80::b0%second
dgram connect(fe80::b1): EINVAL
listen(fe80::b0): EINVAL
TXT
diff - "$dir/seen26" <<'TXT'
net.connect(fe80::b1): SYN-SENT from [fe80::a0]%first
net.connect(fe80::b1%second): connected from fe80::b0%second
dgram connect(fe80::b1): EINVAL
listen(fe80::b0): EINVAL
TXT
