import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {freePort, openDirectory, type Server, startServer} from './server.ts';

/** Anonymous, with STARTTLS. */
export const prosody: Server = {
	from: {debian: 'prosody'},
	program: '/usr/bin/prosody',
	async start(context) {
		const port = await freePort();
		const {key, certificate} = context;
		const data = openDirectory(context, 'data');
		const file = join(context.directory, 'prosody.cfg.lua');
		writeFileSync(
			file,
			`run_as_root = true
pidfile = "${data}/pid"
data_path = "${data}"
log = { { levels = { min = "warn" }, to = "console" } }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
c2s_direct_tls_ports = {}
s2s_ports = {}
http_ports = {}
https_ports = {}
modules_enabled = { "saslauth", "tls", "disco", "ping" }
modules_disabled = { "s2s" }
ssl = { key = "${key}", certificate = "${certificate}" }
VirtualHost "localhost"
	authentication = "anonymous"
`,
		);
		await startServer(context, ['/usr/bin/prosody', '--config', file, '-F'], {port});
		return {XMPP_PORT: `${port}`};
	},
};
