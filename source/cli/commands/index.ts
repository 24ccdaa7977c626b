/** The commands of netwatch. */
import type {Action, Command} from './command.ts';
import {doctor} from './doctor.ts';
import {watch} from './watch.ts';

/** The commands, each named by the first word of a command line. */
export const commands: readonly Command[] = [doctor];

/** For a command line without the name of a command. */
export const defaultAction: Action = watch;
