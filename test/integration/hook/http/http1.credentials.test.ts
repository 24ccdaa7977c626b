// Text that must not leave the process: names and passwords in requests to a proxy, queries, headers.
import {expect, test} from 'vitest';
import {startNetwatch} from '../../../helpers/process/netwatch.ts';
import {targetNode} from '../../../helpers/process/paths.ts';

const script = `
	const http = require('node:http');
	const server = http.createServer((request, response) => response.end('hello')).listen(0, '127.0.0.1', () => {
		const {port} = server.address();
		const path = 'http://ada:S3CRETWORD@backend.test:81/p@th?token=S3CRETWORD';
		const headers = {authorization: 'S3CRETWORD'};
		http.get({host: '127.0.0.1', port, path, headers}, response =>
			response.resume().on('end', () => server.close()),
		);
	});`;

test('an absolute request target is reported without its user and query, on both ends', async context => {
	const netwatch = startNetwatch(context, [targetNode, '-e', script]);
	await netwatch.summary();
	const labels = [...netwatch.rows.values()].flatMap(({label}) => label ?? []);
	expect(labels).toEqual(Array(2).fill('GET http://backend.test:81/p@th 200'));
	// The command line of this test holds it, and is the program's own to show.
	const reported = netwatch.records.filter(({type}) => type === 'row' || type === 'step');
	expect(JSON.stringify(reported)).not.toContain('S3CRET');
});
