'use strict';
// Preloaded by --require: keeps what it finds before the program starts.
globalThis.found = [
	Object.keys(require.cache).length,
	process.eventNames().map(String).join(),
	process.argv.length,
];
