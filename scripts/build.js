#!/usr/bin/env node
// Builds dist/: the bundle of the command, the parts of it that are loaded on use, and one file for the hook. `npm install` runs this by itself.
import {readFileSync} from 'node:fs';
import {chmod, rm, writeFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const root = fileURLToPath(new URL('..', import.meta.url));

await rm(`${root}dist`, {recursive: true, force: true});

await build({
	absWorkingDir: root,
	entryPoints: ['cli.tsx'],
	outdir: 'dist',
	bundle: true,
	// What only the screen needs, most of all Ink and React, is a file of its own that is read when it is used.
	splitting: true,
	chunkNames: '[name]-[hash]',
	platform: 'node',
	format: 'esm',
	target: 'node20',
	jsx: 'automatic',
	minifySyntax: true,
	// Development React is slower by half and leaks; its developer tools are never wanted here.
	define: {
		'process.env.NODE_ENV': '"production"',
		'process.env.DEV': '"false"',
		__VERSION__: JSON.stringify(version),
	},
	alias: {'react-devtools-core': './scripts/no-devtools.js'},
	// Bundled CommonJS packages still call require() for built-in modules.
	banner: {
		js: "#!/usr/bin/env node\nimport {createRequire as __createRequire} from 'node:module';\nconst require = __createRequire(import.meta.url);",
	},
	logLevel: 'warning',
});
await chmod(`${root}dist/cli.js`, 0o755);

/** Properties that are the hook's own alone: neither Node's objects nor the table of records have one of that name. */
const mangledProperties = [
	'activity',
	'ageUs',
	'announced',
	'attemptAddress',
	'attemptOpen',
	'candidateCount',
	'connectCalled',
	'connectedAt',
	'connectionReported',
	'createPending',
	'createdAt',
	'dropNewestFrame',
	'dropsReported',
	'errorTick',
	'firstEnd',
	'flushAtExit',
	'fullReported',
	'fullTick',
	'handleAt',
	'handleReportedAttempt',
	'handleless',
	'isExcluded',
	'isFresh',
	'lastAnsweredRequest',
	'lastSample',
	'lookupError',
	'nextId',
	'offerReported',
	'onlyFullCanChange',
	'pauseReported',
	'pauseTick',
	'peerNameBudget',
	'pendingResponses',
	'requestChanged',
	'requestCount',
	'requestInbound',
	'requestMethod',
	'requestStatus',
	'requestUrl',
	'responsePending',
	'sampledFlags',
	'shortConnectionNameBudget',
	'slowResponses',
	'statusBits',
	'takeResyncRequest',
	'timeoutTick',
	'weakSocket',
];

const {outputFiles} = await build({
	absWorkingDir: root,
	entryPoints: ['source/hook/index.ts'],
	write: false,
	bundle: true,
	platform: 'node',
	format: 'esm',
	target: 'node18',
	minify: true,
	mangleProps: new RegExp(`^(?:${mangledProperties.join('|')})$`),
	legalComments: 'none',
	logLevel: 'warning',
});

// Built-in modules by require(), as they are: the helpers that CommonJS output would bring along are not needed for them.
const hook = outputFiles[0].text
	.replaceAll(/import ([\w$]+) from("[^"]+");/g, 'const $1=require($2);')
	.replaceAll(
		/import ?\{([^}]+)\} ?from("[^"]+");/g,
		(_, names, module) => `const{${names.replaceAll(' as ', ':')}}=require(${module});`,
	);
if (/(?:^|[;\n])import\b(?!\()/.test(hook))
	throw new Error('the hook has an import that this script does not know');

// NODE_OPTIONS reaches every Node below the command, also one that is too old to read the hook: it must start all
// the same, so the file itself is plain ES5 and holds the hook as text.
const asText = `'${`(function(require,__filename){"use strict";${hook}})`.replaceAll(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
await writeFile(
	`${root}dist/hook.cjs`,
	`'use strict';
if (parseInt(process.versions.node, 10) >= 18) {
try { require('vm').runInThisContext(${asText}, __filename)(require, __filename); } catch (error) {}
}
`,
);
