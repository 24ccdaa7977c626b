import type {CommandContext} from '../../../source/screen/commands/index.ts';

/** An owner whose effects do nothing. */
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
