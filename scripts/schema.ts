#!/usr/bin/env tsx
// Writes docs/record.schema.json from source/records/format/schema.ts.
import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {recordJsonSchema} from '../source/records/format/json-schema.ts';

const file = fileURLToPath(new URL('../docs/record.schema.json', import.meta.url));
writeFileSync(file, JSON.stringify(recordJsonSchema('open')));
execFileSync('npx', ['biome', 'format', '--write', file], {stdio: ['ignore', 'ignore', 'inherit']});
