// Loader hooks: prints each module that is resolved, and writes one of its own.
import fs from 'node:fs';

export const resolve = async (specifier, context, nextResolve) => {
	fs.writeSync(1, `resolve ${specifier.split('/').at(-1)}\n`);
	if (specifier === 'own:module') return {url: 'own:module', shortCircuit: true, format: 'module'};
	return nextResolve(specifier, context);
};

export const load = async (url, context, nextLoad) =>
	url === 'own:module'
		? {format: 'module', shortCircuit: true, source: 'export default "made by a loader"'}
		: nextLoad(url, context);
