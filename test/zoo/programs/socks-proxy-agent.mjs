import {readFileSync} from 'node:fs';
import https from 'node:https';
import {SocksProxyAgent} from 'socks-proxy-agent';
import {hold} from './hold.cjs';

const agent = new SocksProxyAgent(`socks5://127.0.0.1:${process.env.SOCKS_PORT}`, {keepAlive: true});
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
