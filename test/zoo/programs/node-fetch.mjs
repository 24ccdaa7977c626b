import {readFileSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import fetch from 'node-fetch';
import {hold} from './hold.cjs';

const agents = {
	'http:': new http.Agent({keepAlive: true}),
	'https:': new https.Agent({keepAlive: true, ca: readFileSync(process.env.ZOO_CA)}),
};
for (const base of [process.env.HTTP_URL, process.env.HTTPS_URL]) {
	for (const path of ['/hello', '/moved', '/json', '/missing']) {
		const response = await fetch(`${base}${path}`, {agent: ({protocol}) => agents[protocol]});
		console.log(path, response.status, (await response.text()).trim());
	}
}

await hold();
for (const agent of Object.values(agents)) agent.destroy();
console.log('closed');
