import type {Effects} from '../../../source/screen/commands/index.ts';

/** An owner whose effects do nothing. */
export const noEffects: Effects = {
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
