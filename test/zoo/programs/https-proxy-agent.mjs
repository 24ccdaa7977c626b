import {readFileSync} from 'node:fs';
import https from 'node:https';
import {HttpsProxyAgent} from 'https-proxy-agent';
import {hold} from './hold.cjs';

const agent = new HttpsProxyAgent(process.env.SQUID_URL, {keepAlive: true});
const get = path =>
	new Promise((resolve, reject) => {
		const options = {agent, ca: readFileSync(process.env.ZOO_CA)};
		https
			.get(`${process.env.HTTPS_URL}${path}`, options, response => {
				let text = '';
				response.on('data', data => {
					text += data;
				});
				response.on('end', () => resolve(`${response.statusCode} ${text.trim()}`));
			})
			.on('error', reject);
	});
for (const path of ['/hello', '/json', '/missing']) console.log(path, await get(path));
await hold();
agent.destroy();
console.log('closed');
