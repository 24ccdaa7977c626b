/** The commands of netwatch. */
import type {Command} from './command.ts';
import {doctor} from './doctor.ts';
import {watch} from './watch.ts';

/** Those with a name as first word. */
export const commands: readonly Command[] = [doctor];

/** The command of a command line that begins with no name. */
export const defaultCommand: Command = watch;
