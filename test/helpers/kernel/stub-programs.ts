import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** A directory of programs that stand for others, each a script of sh. @param onEnd takes what removes it */
export const stubs = (onEnd: (cleanUp: () => unknown) => void, programs: Record<string, string>): string => {
	const directory = mkdtempSync(join(tmpdir(), 'netwatch-stubs-'));
	onEnd(() => rmSync(directory, {recursive: true}));
	for (const [name, script] of Object.entries(programs)) {
		const path = join(directory, name);
		writeFileSync(path, `#!/bin/sh\n${script}\n`);
		chmodSync(path, 0o755);
	}
	return directory;
};
