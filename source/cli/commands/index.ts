/** The commands of netwatch. */
import type {Command} from './command.ts';
import {doctor} from './doctor.ts';
import {watch} from './watch.ts';

/** Commands with a name as first word. */
export const commands: readonly Command[] = [doctor];

/** The default command, for a command line without a command name. */
export const defaultCommand: Command = watch;
