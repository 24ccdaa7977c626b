/** Ends a terminal in which netwatch runs a command. */
import {delay} from '../../../source/shared/delay.ts';
import type {TestTerminal} from './terminal.ts';

/** The deadline for netwatch to end its command. */
const endsMs = 8000;

/** The command outlives a netwatch that is killed: a signal that netwatch handles ends both. */
export const endWithCommand = async (terminal: TestTerminal): Promise<void> => {
	try {
		process.kill(terminal.pid, 'SIGTERM');
		await Promise.race([terminal.exited, delay(endsMs)]);
	} catch {
		// The process has ended by itself.
	}

	await terminal.end();
};
