// Where in the program a socket was made, under the built netwatch: each place is compared with the program's text.
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {build} from 'esbuild';
import {describe, expect, type TestContext, test} from 'vitest';
import {type Netwatch, type Row, startNetwatch} from '../../../helpers/process/netwatch.ts';
import {targetNode, tool} from '../../../helpers/process/paths.ts';
import {targetMajor} from '../../../helpers/process/target-version.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';

type Files = Readonly<Record<string, string>>;

/** A directory with these files. */
const project = (context: TestContext, files: Files): string => {
	const directory = temporaryDirectory(context);
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(directory, name)), {recursive: true});
		writeFileSync(join(directory, name), text);
	}

	return directory;
};

/** Runs a command in a directory with these files, to its end. */
const run = async (
	context: TestContext,
	files: Files,
	command: readonly string[],
	args: readonly string[] = [],
	beforeEnd = async (_netwatch: Netwatch): Promise<void> => {},
): Promise<Netwatch> => {
	const netwatch = startNetwatch(context, command, {cwd: project(context, files), args});
	await beforeEnd(netwatch);
	expect(await netwatch.summary()).toMatchObject({exitCode: 0});
	expect(netwatch.troubles()).toEqual([]);
	return netwatch;
};

/** Keeps a program running, without a socket of its own, until `endAfterLoad` writes to it. */
const untilByte = "require('node:fs').read(0, Buffer.alloc(1), 0, 1, null, () => {});";

const endAfterLoad = async (netwatch: Netwatch): Promise<void> => {
	await netwatch.until(() => siteCounts(netwatch).length > 0);
	netwatch.write('\n');
};

const siteCounts = (netwatch: Netwatch) =>
	netwatch.all('load').filter(({sitesNotTaken}) => sitesNotTaken !== null);

const rowsOf = (netwatch: Netwatch, role: Row['role'] = 'client'): Row[] =>
	[...netwatch.rows.values()]
		.filter(row => row.role === role)
		.sort((one, other) => one.openedAt - other.openedAt);

const sitesOf = (netwatch: Netwatch, role?: Row['role']): Array<string | null> =>
	rowsOf(netwatch, role).map(({site}) => site);

/** "file:line:column" of the one place where the text stands. */
const placeOf = (files: Files, file: string, text: string): string => {
	const lines = (files[file] ?? '').split('\n');
	const line = lines.findIndex(one => one.includes(text));
	expect(line, text).toBeGreaterThanOrEqual(0);
	return `${file}:${line + 1}:${(lines[line] ?? '').indexOf(text) + 1}`;
};

const refused = "connect(1, '127.0.0.1').on('error', () => {});";

const eachWay = `
const http = require('node:http');
const net = require('node:net');
const dgram = require('node:dgram');
const tls = require('node:tls');
const closed = socket => new Promise(resolve => socket.on('error', () => {}).on('close', resolve));
const answer = 'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n';
const server = net.createServer(socket => socket.on('error', () => {}).once('data', () => socket.end(answer)));
server.listen(0, '127.0.0.1', async () => {
	const {port} = server.address();
	await closed(net.connect(port, '127.0.0.1').end('x').resume());
	await closed(tls.connect({port, host: '127.0.0.1'}));
	const socket = new net.Socket();
	await closed(socket.resume().connect(port, '127.0.0.1').end('x'));
	await closed(socket.connect({port, host: '127.0.0.1', again: true}).resume().end('x'));
	await new Promise(resolve => http.get({port, host: '127.0.0.1'}, response => response.resume().on('end', resolve)));
	await fetch(\`http://127.0.0.1:\${port}\`).then(response => response.text());
	const udp = dgram.createSocket('udp4').bind(0, () => udp.close());
	server.close();
});
`;

describe.concurrent('the creation site of a socket', () => {
	test('each way to create a socket has a creation site, and an accepted socket has none', async context => {
		const files = {'app.cjs': eachWay};
		const netwatch = await run(context, files, [targetNode, 'app.cjs']);
		const at = (text: string) => placeOf(files, 'app.cjs', text);
		expect(sitesOf(netwatch)).toEqual([
			at("connect(port, '127.0.0.1').end"),
			at('connect({port, host'),
			at('new net.Socket'),
			at("connect({port, host: '127.0.0.1', again"),
			at('get({port'),
			at('fetch('),
		]);
		// Node 18 reports listen() only when it is over.
		expect(sitesOf(netwatch, 'listener')).toEqual([targetMajor < 20 ? null : at('listen(0')]);
		expect(sitesOf(netwatch, null)).toEqual([at('createSocket(')]);
		expect(new Set(sitesOf(netwatch, 'server'))).toEqual(new Set([null]));
		// The step bears it, too.
		const [first] = rowsOf(netwatch);
		expect(netwatch.stepsOf(first?.id ?? '')[0]).toMatchObject({step: 'create', site: first?.site});
	});

	test('the creation site is found in an ES module, after an await', async context => {
		const files = {
			'src/a b.mjs': `import net from 'node:net';\nawait 1;\nconst go = async () => {\n\tawait 2;\n\tnet.${refused}\n};\nawait go();\n`,
		};
		const netwatch = await run(context, files, [targetNode, 'src/a b.mjs']);
		expect(sitesOf(netwatch)).toEqual([placeOf(files, 'src/a b.mjs', 'connect(1')]);
	});

	test('the creation site of a library in node_modules is the line that called it', async context => {
		const files = {
			'node_modules/opener/index.js': `exports.open = () => require('node:net').${refused}`,
			'app.cjs': "require('opener')\n\t.open();",
		};
		const netwatch = await run(context, files, [targetNode, 'app.cjs']);
		expect(sitesOf(netwatch)).toEqual([placeOf(files, 'app.cjs', 'open()')]);
	});

	const typed = {
		'src/app.ts': `import net from 'node:net';\n\ninterface Target {\n\tport: number;\n}\n\nexport const open = ({port}: Target): net.Socket =>\n\tnet.connect(port, '127.0.0.1').on('error', () => {});\n\nopen({port: 1});\n`,
	};
	const inTypeScript = placeOf(typed, 'src/app.ts', 'connect(port');

	test('the creation site is found in TypeScript run by tsx', async context => {
		const netwatch = await run(context, typed, [tool('tsx'), 'src/app.ts']);
		expect(sitesOf(netwatch).filter(site => site !== null)).toEqual([inTypeScript]);
	});

	test.for([
		{what: 'with source maps: the place in the source', options: ['--enable-source-maps'], mapped: true},
		{what: 'without: the place in the bundle', options: [], mapped: false},
	])(
		'the creation site is found in a bundled and minified program $what',
		async ({options, mapped}, context) => {
			const directory = project(context, typed);
			await build({
				absWorkingDir: directory,
				entryPoints: ['src/app.ts'],
				outfile: 'out/app.cjs',
				...({bundle: true, platform: 'node', format: 'cjs', minify: true, sourcemap: true} as const),
			});
			const netwatch = startNetwatch(context, [targetNode, ...options, 'out/app.cjs'], {cwd: directory});
			await netwatch.summary();
			expect(sitesOf(netwatch)).toEqual([
				mapped ? inTypeScript : expect.stringMatching(/^out\/app\.cjs:1:\d+$/),
			]);
		},
	);

	test('a program with its own Error.prepareStackTrace is never called, and finds it unchanged', async context => {
		const files = {
			'app.cjs': `
				let asked = 0;
				Error.prepareStackTrace = () => String(++asked);
				Error.stackTraceLimit = 0;
				const before = JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(Error)));
				require('node:net').${refused}
				const after = JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(Error)));
				if (asked > 0 || before !== after) process.exitCode = 1;`,
		};
		const netwatch = await run(context, files, [targetNode, 'app.cjs']);
		expect(sitesOf(netwatch)).toEqual([placeOf(files, 'app.cjs', 'connect(1')]);
	});

	// Node 18 itself reads such accessors.
	const accessors = [
		{
			what: 'a limit and a prepareStackTrace that are accessors',
			script: `for (const name of ['stackTraceLimit', 'prepareStackTrace'])
				Object.defineProperty(Error, name, {get() { process.exitCode = 1 }, set() { process.exitCode = 1 }});`,
		},
	].filter(() => targetMajor >= 20);
	test.for([
		...accessors,
		{what: 'an Error that is frozen', script: 'Object.freeze(Error);'},
		{what: 'a global Error of its own', script: 'globalThis.Error = class extends Error {};'},
		{what: 'a limit that is not there', script: 'delete Error.stackTraceLimit;'},
	])('$what: the program stays unaffected by the creation site', async ({script}, context) => {
		const files = {'app.cjs': `${script}\nrequire('node:net').${refused}`};
		const netwatch = await run(context, files, [targetNode, 'app.cjs']);
		// Before Node 22 the creation site may be unknown.
		const line = script.split('\n').length + 1;
		expect([[null], [`app.cjs:${line}:21`]]).toContainEqual(sitesOf(netwatch));
	});

	test('of eighty sockets in a moment, fifty have their creation site looked up, and the rest is counted', async context => {
		const files = {
			'app.cjs': `for (let count = 0; count < 80; count++)\n\trequire('node:net').${refused}\n${untilByte}`,
		};
		const netwatch = await run(context, files, [targetNode, 'app.cjs'], [], endAfterLoad);
		const known = sitesOf(netwatch).filter(site => site !== null);
		expect(known).toEqual(Array(50).fill('app.cjs:2:22'));
		expect(siteCounts(netwatch).at(-1)).toMatchObject({sitesNotTaken: 30});
	});

	test('--no-sites looks up no creation site, and counts none as skipped', async context => {
		const files = {'app.cjs': `require('node:net').${refused}\n${untilByte}`};
		const netwatch = await run(context, files, [targetNode, 'app.cjs'], ['--no-sites'], endAfterLoad);
		expect(sitesOf(netwatch)).toEqual([null]);
		expect(siteCounts(netwatch).at(-1)).toMatchObject({sitesNotTaken: 0});
	});

	test('a creation site with a long path keeps the end of the path, with line and column', async context => {
		const deep = `${'d'.repeat(120)}/`.repeat(5);
		const files = {[`${deep}app.cjs`]: `require('node:net').${refused}`};
		const netwatch = await run(context, files, [targetNode, `${deep}app.cjs`]);
		const [site] = sitesOf(netwatch);
		expect(site).toMatch(/^…d+\/(d+\/)+app\.cjs:1:21$/);
		expect(Buffer.byteLength(site ?? '')).toBeLessThanOrEqual(512);
	});
});
