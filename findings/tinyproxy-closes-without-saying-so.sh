#!/usr/bin/env bash
# Versions: tinyproxy 1.11.1 (Debian 12, package tinyproxy-bin), Node 20.20.2 and 26.10.0 (npm package `node`).
# Behaviour: tinyproxy answers a plain HTTP/1.1 request as HTTP/1.1, without a Connection header, and then closes the
#   connection. A client with a keep-alive pool sends its next request into the connection that is about to close, and
#   gets ECONNRESET "socket hang up" for it.
# Seen: of the answers none says "Connection: close", and each is followed by a FIN; a second request that is sent at the
#   end of the first answer, through http.Agent({keepAlive: true}), fails; the third takes a new connection.
# Source: tinyproxy src/reqs.c, remove_connection_headers() takes the origin's Connection header away, as a proxy has to,
#   and none of its own is added. RFC 9112 §9.6: a server that does not keep a connection sends the "close" option.
# Why a good guess is wrong: HTTP/1.1 without a Connection header means that the connection stays. The error is of the
#   client and of the second request, so the origin is blamed, which has not even seen it.
# Needs: apt-get, whose package is unpacked into the temporary folder; nothing is installed.
set -euo pipefail

dir=$(mktemp -d)
trap 'kill "${proxy:-}" 2>/dev/null || true; rm -rf "$dir"' EXIT

cat >"$dir/client.js" <<'JS'
const http = require('node:http');
const net = require('node:net');
const {once} = require('node:events');

const proxyPort = Number(process.argv[2]);
const origin = http.createServer((request, response) => response.end('hello'));

const raw = async port => {
	const socket = net.connect(proxyPort, '127.0.0.1');
	socket.write(`GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: keep-alive\r\n\r\n`);
	let text = '';
	socket.on('data', data => {
		text += data;
	});
	await once(socket, 'end');
	console.log(text.split('\r\n')[0]);
	console.log(`Connection: ${/^connection: (.*)$/im.exec(text)?.[1]}`);
	console.log('the proxy has sent its FIN');
};

const get = (port, agent) =>
	new Promise(resolve => {
		const options = {port: proxyPort, path: `http://127.0.0.1:${port}/`, headers: {host: `127.0.0.1:${port}`}, agent};
		http
			.get(options, response => {
				response.resume();
				response.on('end', () => resolve(`${response.statusCode}`));
			})
			.on('error', error => resolve(`${error.code}: ${error.message}`));
	});

origin.listen(0, '127.0.0.1', async () => {
	const {port} = origin.address();
	await raw(port);
	const agent = new http.Agent({keepAlive: true});
	for (let n = 1; n <= 3; n++) console.log(`request ${n}: ${await get(port, agent)}`);
	agent.destroy();
	origin.close();
	origin.closeAllConnections();
});
JS

(cd "$dir" && apt-get -qq download tinyproxy-bin >/dev/null 2>&1 && dpkg -x tinyproxy-bin_*.deb tinyproxy)
port=$(node -p "const server = require('net').createServer().listen(0); setImmediate(() => server.close()); server.address().port")
printf 'Port %s\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 60\nMaxClients 20\nLogLevel Critical\n' "$port" >"$dir/tinyproxy.conf"
"$dir/tinyproxy/usr/bin/tinyproxy" -d -c "$dir/tinyproxy.conf" >/dev/null 2>&1 &
proxy=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.05; done

for version in 20.20.2 26.10.0; do
	timeout 300 npm install --silent --no-audit --no-fund --prefix "$dir/$version" "node@$version"
	echo "Node $version"
	timeout 60 "$dir/$version/node_modules/node/bin/node" "$dir/client.js" "$port" | tee "$dir/seen"
	diff - "$dir/seen" <<'TXT'
HTTP/1.1 200 OK
Connection: undefined
the proxy has sent its FIN
request 1: 200
request 2: ECONNRESET: socket hang up
request 3: 200
TXT
done
