import {expect, test} from 'vitest';
import {redactArgv} from '../../../source/shared/redact.ts';

test.each<[string[], string[]]>([
	[
		['--token=abc', '--port=3000'],
		['--token=•••', '--port=3000'],
	],
	[
		['--password', 'x', 'y'],
		['--password', '•••', 'y'],
	],
	[
		['--db-password', 'x'],
		['--db-password', '•••'],
	],
	[
		['--accessToken', 'x'],
		['--accessToken', '•••'],
	],
	[
		['--secret', '--verbose'],
		['--secret', '--verbose'],
	],
	[
		['DB_PASSWORD=a b', 'API_KEY=1', 'A=1'],
		['DB_PASSWORD=•••', 'API_KEY=•••', 'A=1'],
	],
	[
		['--stripe-secret-key=x', '--client-secret', 'x'],
		['--stripe-secret-key=•••', '--client-secret', '•••'],
	],
	[['postgres://user:pass@db/x'], ['postgres://user:•••@db/x']],
	[['--url=redis://:p@ss/w@h:1'], ['--url=redis://:•••@h:1']],
	[
		['Authorization: Bearer abc.def', 'x'],
		['Authorization: •••', 'x'],
	],
	[
		['-H', 'Proxy-Authorization: Basic eDp5'],
		['-H', 'Proxy-Authorization: •••'],
	],
	[['--header=Cookie: sid=1; a=2'], ['--header=Cookie: •••']],
	[['http://h/?api_key=1&page=2'], ['http://h/?api_key=•••&page=2']],
	[['{"user": "ada", "password": "x", "n": 1}'], ['{"user": "ada", "password": "•••", "n": 1}']],
	[['ghp_0123456789abcdefghijABCDEFGHIJ012345'], ['•••']],
	[['a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln b'], ['a ••• b']],
	[['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n'], ['•••']],
	// A name that may be harmless masks only a value that appears random.
	[
		['--key', '9f86d081884c7d659a2feaa0c55ad015'],
		['--key', '•••'],
	],
	[
		['--key', './server.key', '--cert=./server.pem'],
		['--key', './server.key', '--cert=./server.pem'],
	],
	[
		['--session=5', '--auth=on'],
		['--session=5', '--auth=on'],
	],
	[['--session=Zm9vYmFyYmF6cXV4MTIzNA=='], ['--session=•••']],
	// Arguments that only mention a secret, and harmless ones.
	[
		['--token-file', '/run/t', '--password-length=8'],
		['--token-file', '/run/t', '--password-length=8'],
	],
	[
		['-p', '3000', '-h', '0.0.0.0'],
		['-p', '3000', '-h', '0.0.0.0'],
	],
	[['http://localhost:3000/@vite/client'], ['http://localhost:3000/@vite/client']],
	[
		['node', '/app/server.js', '--inspect=0.0.0.0:9229'],
		['node', '/app/server.js', '--inspect=0.0.0.0:9229'],
	],
	[
		['tokenizer.js', 'monkey=1', '--passive'],
		['tokenizer.js', 'monkey=1', '--passive'],
	],
	[['--token='], ['--token=']],
	[[], []],
])('%j is shown as %j', (argv, expected) => {
	expect(redactArgv(argv)).toEqual(expected);
});

test('a command line is bounded, and says how much was left out', () => {
	const shown = redactArgv(Array.from({length: 100}, (_, index) => String(index).padEnd(1000, 'x')));
	expect(shown).toHaveLength(64);
	expect(shown[62]).toBe(`${'62'.padEnd(255, 'x')}…`);
	expect(shown[63]).toBe('… 37 more');
	expect(redactArgv(Array(64).fill('a'))).toEqual(Array(64).fill('a'));
});

test('a secret that crosses the limit is masked, not cut', () => {
	const [shown] = redactArgv([`${'x'.repeat(240)} password=${'y'.repeat(600)}`]);
	expect(shown).toBe(`${'x'.repeat(240)} password=•••`);
});

test.each(['a.', 'a:', 'a=', '"', '=', 'https://', 'bearer ', '-----BEGIN ', 'password=', 'key=', 'eyJ.'])(
	'long arguments of %j are shown within the time a test has',
	piece => {
		const shown = redactArgv(Array(64).fill(piece.repeat(100_000 / piece.length)));
		expect(Math.max(...shown.map(({length}) => length))).toBeLessThanOrEqual(256);
	},
);
