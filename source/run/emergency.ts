/**
 * What must be put right when netwatch itself fails: the terminal, the private files. An error that nobody caught
 * ends netwatch with the code of its own failures, and the command goes on.
 */
import {tell} from './tell.ts';

const duties = new Set<() => void>();

/** @returns takes the duty back */
export function onEmergency(duty: () => void): () => void {
	duties.add(duty);
	return () => duties.delete(duty);
}

export function handleUncaught(exitCode: number): void {
	const fail = (error: unknown): void => {
		for (const duty of duties) {
			try {
				duty();
			} catch {
				// The next one still has to be done.
			}
		}

		tell(`netwatch: ${error instanceof Error ? error.stack : String(error)}\n`);
		process.exit(exitCode);
	};
	process.on('uncaughtException', fail);
	process.on('unhandledRejection', fail);
}
