import type {CommandContext} from '../../../source/screen/commands/index.ts';

/** An owner of whom nothing is asked. */
export const noEffects: CommandContext['effects'] = {
	interrupt() {},
	quit() {},
	redraw() {},
	suspend() {},
	showAllSockets() {},
	silenceRule() {},
	saveColumns() {},
	forgetRows() {},
	writeRows() {},
	copyText: () => '',
};
