import ky from 'ky';
import {hold} from './hold.cjs';

// It asks through the global fetch, whose pool goes by the server's Keep-Alive header.
for (const path of ['hello', 'moved', 'missing']) {
	const response = await ky(path, {prefixUrl: process.env.HTTP_URL, throwHttpErrors: false, retry: 0});
	console.log(path, response.status, (await response.text()).trim());
}

console.log('json', await ky('json', {prefixUrl: process.env.HTTP_URL}).json());
await hold();
// Its sockets do not keep the process: they end with it.
console.log('closed');
