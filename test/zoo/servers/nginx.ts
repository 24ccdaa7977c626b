import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {isRoot} from '../../helpers/process/is-root.ts';
import {freePort, openDirectory, type Server, startServer} from './server.ts';

/** Plain HTTP, TLS with HTTP/1.1 and TLS with HTTP/2, each on a port of its own. */
export const nginx: Server = {
	from: {debian: 'nginx'},
	program: '/usr/sbin/nginx',
	async start(context) {
		const {directory, key, certificate} = context;
		const port = await freePort();
		const tlsPort = await freePort();
		const h2Port = await freePort();
		const temporary = openDirectory(context, 'temporary');
		const file = join(directory, 'nginx.conf');
		const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
			name => `${name}_temp_path ${temporary}/${name};`,
		);
		writeFileSync(
			file,
			`${isRoot ? 'user nobody nogroup;' : ''}
daemon off;
worker_processes 1;
pid ${directory}/pid;
error_log stderr;
events {}
http {
	access_log off;
	${paths.join('\n\t')}
	ssl_certificate ${certificate};
	ssl_certificate_key ${key};
	# The second time is the Keep-Alive header: a client that goes by it keeps its connection until the program ends.
	keepalive_timeout 120s 100s;
	default_type text/plain;
	server {
		listen 127.0.0.1:${port};
		listen 127.0.0.1:${tlsPort} ssl;
		listen 127.0.0.1:${h2Port} ssl http2;
		location = /hello { return 200 "hello over $server_protocol\\n"; }
		location = /moved { return 302 /hello; }
		location = /json { default_type application/json; return 200 '{"answer":42}'; }
		location = /large { return 200 "${'0123456789abcdef'.repeat(200)}"; }
		location = /post { return 201 "taken $content_length\\n"; }
		location / { return 404 "not here\\n"; }
	}
}
`,
		);
		await startServer(context, ['/usr/sbin/nginx', '-e', 'stderr', '-p', directory, '-c', file], {
			port: h2Port,
		});
		return {
			HTTP_URL: `http://127.0.0.1:${port}`,
			HTTPS_URL: `https://127.0.0.1:${tlsPort}`,
			H2_URL: `https://127.0.0.1:${h2Port}`,
		};
	},
};
