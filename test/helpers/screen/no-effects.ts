import type {CommandContext} from '../../../source/screen/commands/index.ts';

/** An owner of whom nothing is asked. */
export const noEffects: CommandContext['effects'] = {
	interrupt() {},
	quit() {},
	redraw() {},
	suspend() {},
	showAll() {},
	ignore() {},
	keepColumns() {},
	forget() {},
	writeRows() {},
	copy: () => '',
};
