// The shop's own services, started together as `npm run dev` does.
import {spawn} from 'node:child_process';
import path from 'node:path';

const services = ['gateway', 'orders', 'reports'].map(name =>
	spawn(process.execPath, [path.join(import.meta.dirname, `${name}.js`)], {stdio: 'inherit'}),
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(signal, () => {
		for (const service of services) service.kill();
		process.exit();
	});
