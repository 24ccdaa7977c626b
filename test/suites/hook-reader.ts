/** Reads what the hook says, as netwatch would, and counts it: a suite that was not watched proves nothing. */
import {execFileSync} from 'node:child_process';
import {closeSync, constants, openSync, readSync, unlinkSync} from 'node:fs';
import {createFrameReader} from '../../source/wire/decode.ts';

export type Heard = {
	/** Processes and worker threads that loaded the hook. */
	hellos: number;
	/** Sockets and servers with a record. */
	sockets: number;
	records: number;
	/** What no netwatch of this version understands. */
	bad: number;
	/** The hook's own failures: an observer that threw and was switched off. */
	failures: string[];
};

export const nothingHeard: Heard = {hellos: 0, sockets: 0, records: 0, bad: 0, failures: []};

export const addHeard = (one: Heard, other: Heard): Heard => ({
	hellos: one.hellos + other.hellos,
	sockets: one.sockets + other.sockets,
	records: one.records + other.records,
	bad: one.bad + other.bad,
	failures: [...one.failures, ...other.failures],
});

/** Less than the hook's buffer takes to fill at full speed. */
const pollEveryMs = 4;

/**
 * @param path where the FIFO is made
 * @returns what reads the rest, removes the FIFO and returns what was heard
 */
export function listen(path: string): () => Heard {
	execFileSync('mkfifo', ['-m', '600', path]);
	const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
	const {push, counters} = createFrameReader();
	const chunk = Buffer.alloc(65_536);
	const sockets = new Set<string>();
	const heard = {...nothingHeard, failures: [] as string[]};

	const drain = () => {
		for (;;) {
			let length: number;
			try {
				length = readSync(descriptor, chunk);
			} catch {
				// EAGAIN: it is empty.
				return;
			}

			for (const {sender, records} of push(chunk.subarray(0, length))) {
				heard.records += records.length;
				for (const record of records) {
					if (record.type === 'hello') heard.hellos++;
					else if (record.type === 'notice') heard.failures.push(`${record.level}: ${record.message}`);
					else if ('id' in record) sockets.add(`${sender.pid} ${sender.thread} ${sender.nonce} ${record.id}`);
				}
			}
		}
	};

	const timer = setInterval(drain, pollEveryMs);
	return () => {
		clearInterval(timer);
		drain();
		closeSync(descriptor);
		unlinkSync(path);
		const {badFrames, badRecords, otherVersion, strayBytes, unknownRecords} = counters;
		heard.bad = badFrames + badRecords + otherVersion + strayBytes + unknownRecords;
		heard.sockets = sockets.size;
		return heard;
	};
}

/** What the summary of `netwatch --headless` says of the same. */
export function heardIn(output: string): Heard {
	const number = (pattern: RegExp): number => Number(pattern.exec(output)?.[1] ?? 0);
	return {
		...nothingHeard,
		hellos: number(/^ {2}processes +(\d+) with hook/m),
		sockets: number(/^ {2}sockets +(\d+)/m),
		records: number(/ · (\d+) steps seen/m),
		failures: [...output.matchAll(/^ {2}notice +(.*)$/gm)].map(([, message = '']) => message),
	};
}
