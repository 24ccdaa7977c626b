'use strict';
// Starts echo-pair.cjs with an environment in which NODE_OPTIONS is empty, or (argument `replaced`) not there at all.
// Ends with the child's exit code; only the child reads standard input.
const {spawn} = require('node:child_process');
const path = require('node:path');
const {say} = require('./helpers/facts.cjs');

const replaced = process.argv[2] === 'replaced';
const env = replaced ? {PATH: process.env.PATH} : {...process.env, NODE_OPTIONS: ''};
const child = spawn(process.execPath, [path.join(__dirname, 'echo-pair.cjs')], {env, stdio: 'inherit'});
say('child', {pid: process.pid, child: child.pid, env: replaced ? 'replaced' : 'empty'});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', code => process.exit(code ?? 1));
