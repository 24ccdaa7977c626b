import {readFileSync} from 'node:fs';
import got from 'got';
import {hold} from './hold.cjs';

const client = got.extend({
	http2: true,
	https: {certificateAuthority: readFileSync(process.env.ZOO_CA)},
	throwHttpErrors: false,
});
for (const path of ['/hello', '/json', '/missing']) {
	const {statusCode, body} = await client(`${process.env.H2_URL}${path}`);
	console.log(path, statusCode, body.trim());
}

// Its HTTP/2 sessions are those of a global agent, which keeps them and does not keep the process.
await hold();
console.log('closed');
