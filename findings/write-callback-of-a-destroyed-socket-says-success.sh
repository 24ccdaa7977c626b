#!/usr/bin/env bash
# Versions: Node 20.20.2 against 22.23.3 (npm package `node`); 24.21.0 and 26.10.0 behave as 22.23.3.
# Behaviour: destroy() during a write throws away what the kernel has not taken. In Node 20 the callback of that write
#   is called with null, as though all had been sent; writes behind it get ERR_STREAM_DESTROYED. From the later lines
#   on both get ECANCELED. 'error' is emitted in none of them.
# Seen: 20.20.2: first null, second ERR_STREAM_DESTROYED; 22.23.3: first ECANCELED, second ECANCELED.
# Source: Node lib/internal/stream_base_commons.js: onWriteComplete() calls `this.callback(null)` where the stream is
#   destroyed (20.20.2), and hands on the status in later lines.
# Why a good guess is wrong: the documentation of stream.write() promises an error in the callback where the chunk
#   could not be written.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/probe.js" <<'JS'
const net = require('node:net');
const server = net.createServer(socket => socket.pause()).listen(0, '127.0.0.1', () => {
	const client = net.connect(server.address().port, '127.0.0.1');
	const seen = [];
	const note = title => error => seen.push(`${title} ${error === null ? null : (error?.code ?? error)}`);
	client.on('error', note('error event'));
	client.on('connect', () => {
		// More than the kernel's buffers of both ends hold.
		client.write(Buffer.alloc(64e6), note('first'));
		client.write('x', note('second'));
		setTimeout(() => client.destroy(), 200);
	});
	client.on('close', () => setTimeout(() => {
		console.log(seen.join(', '));
		process.exit();
	}, 100));
});
JS

for version in 20.20.2 22.23.3; do
	timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir/$version" "node@$version"
	timeout 60 "$dir/$version/node_modules/node/bin/node" "$dir/probe.js" | tee "$dir/$version.seen"
done

diff - "$dir/20.20.2.seen" <<<'first null, second ERR_STREAM_DESTROYED'
diff - "$dir/22.23.3.seen" <<<'first ECANCELED, second ECANCELED'
