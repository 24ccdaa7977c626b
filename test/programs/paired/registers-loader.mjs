// Registers loader hooks (a thread of Node's own), or prints what preloaded hooks have made of its import.
import module from 'node:module';

if (process.argv[2] !== 'preloaded') module.register('./own-loader.mjs', import.meta.url);
const {default: text} = await import('own:module');
// A file of the loader may be just being closed.
const resources = process.getActiveResourcesInfo().filter(name => name !== 'CloseReq');
console.log(text, process.execArgv.length, resources);
const net = await import('node:net');
net.connect(1, '127.0.0.1').on('error', ({code}) => console.log(code));
