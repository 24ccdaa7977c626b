import http from 'node:http';
import {HttpProxyAgent} from 'http-proxy-agent';
import {hold} from './hold.cjs';

const agent = new HttpProxyAgent(process.env.SQUID_URL, {keepAlive: true});
const get = path =>
	new Promise((resolve, reject) => {
		const options = {agent};
		http
			.get(`${process.env.HTTP_URL}${path}`, options, response => {
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
