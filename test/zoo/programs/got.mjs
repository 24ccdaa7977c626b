import {readFileSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import got from 'got';
import {hold} from './hold.cjs';

const agent = {http: new http.Agent({keepAlive: true}), https: new https.Agent({keepAlive: true})};
const client = got.extend({
	agent,
	https: {certificateAuthority: readFileSync(process.env.ZOO_CA)},
	throwHttpErrors: false,
	retry: {limit: 0},
});
for (const base of [process.env.HTTP_URL, process.env.HTTPS_URL]) {
	for (const path of ['/hello', '/moved', '/json', '/missing']) {
		const {statusCode, body} = await client(`${base}${path}`);
		console.log(path, statusCode, body.trim());
	}
}

await hold();
agent.http.destroy();
agent.https.destroy();
console.log('closed');
