import {type Check, degraded, failed, passed} from './types.ts';

/** Checks that the hook can be loaded into programs. */
export const hookChecks: readonly Check[] = [
	{
		name: 'private files',
		probe: async host => {
			const trial = await host.trySession();
			return trial.ok
				? passed(`${trial.path}: a directory with FIFOs can be made`)
				: failed(trial.reason, 'without a FIFO nothing can be watched');
		},
	},
	{
		name: 'hook',
		probe: async host => {
			if (!(await host.trySession()).ok) return null;
			const trial = await host.tryHook();
			if (!trial.ok) {
				return failed(
					trial.path === null ? trial.reason : `${trial.path}: ${trial.reason}`,
					'without an answer there is no view of the process: its sockets have the kernel view alone',
					trial.reason.includes('not found') ? 'put node into PATH' : null,
				);
			}
			const found = `${trial.path}; node ${trial.node} answers after ${Math.ceil(trial.tookMs)} ms`;
			return trial.notice === null
				? passed(found)
				: degraded(found, trial.notice, 'make the first of these directories yours');
		},
	},
	{
		name: 'NODE_OPTIONS',
		probe: async ({env}) => {
			const options = env.NODE_OPTIONS;
			if (!options) return passed('not set');
			if (/--(?:experimental-)?permission\b/.test(options)) {
				return degraded(
					options,
					"Node's permission model keeps the hook out",
					'add --allow-fs-read and --allow-fs-write for the paths that netwatch names when it starts',
				);
			}
			return passed(`${options}: the hook is put before it`);
		},
	},
];
