/** Exports rows to files, one row per line, in the public record format. */
import {constants} from 'node:fs';
import {type FileHandle, open, unlink} from 'node:fs/promises';
import {join} from 'node:path';
import type {Row} from '../../domain/row.ts';
import {rowRecord} from '../../records/write/to-record.ts';
import {delay} from '../../shared/delay.ts';
import {sanitizeJson} from '../../text/sanitize.ts';
import {errorReason} from './atomic-file.ts';

export type RowExport = {
	/** Queues rows for a file of their own, in this order; they must not change any more. */
	write(rows: readonly Row[]): void;
	/** Resolves when all queued files are written, or after `flushTimeoutMs`. */
	flushed(): Promise<void>;
};

export type RowExportOptions = {
	/** Target directory; '.' is the current directory. */
	directory: string;
	/** Wall clock, ms since the epoch. */
	now(): number;
	addNotice(level: 'info' | 'warn', source: string, message: string): void;
};

/** Rows per slice: keys are processed between two slices. */
const rowsPerWrite = 200;
/** Names tried per export: exports of the same second have numbered names. */
const nameAttemptLimit = 99;
const flushTimeoutMs = 10_000;

export function createRowExport({directory, now, addNotice}: RowExportOptions): RowExport {
	let pendingWrites: Promise<void> = Promise.resolve();

	async function writeFile(rows: readonly Row[], at: number): Promise<void> {
		const name = `netwatch-rows-${compactTime(at)}`;
		let path = `${name}.ndjson`;
		try {
			const created = await createUniqueFile(directory, name);
			path = created.path;
			await writeRows(created.file, rows, at).catch(async (error: unknown) => {
				// A partial file would look complete.
				await unlink(join(directory, path)).catch(() => undefined);
				throw error;
			});
			addNotice('info', 'export', `${rows.length} row${rows.length === 1 ? '' : 's'} written to ./${path}`);
		} catch (error) {
			addNotice('warn', 'export', `the rows could not be written to ./${path}: ${errorReason(error)}`);
		}
	}

	return {
		write(rows) {
			const at = now();
			pendingWrites = pendingWrites.then(() => writeFile(rows, at));
		},
		flushed: () => Promise.race([pendingWrites, delay(flushTimeoutMs)]),
	};
}

/** "20260102T030405Z" */
const compactTime = (at: number): string =>
	`${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** Creates a new file under the first free name: O_EXCL never opens an existing file or a link. */
async function createUniqueFile(directory: string, name: string): Promise<{file: FileHandle; path: string}> {
	const {O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW} = constants;
	for (let count = 1; ; count++) {
		const path = `${name}${count === 1 ? '' : `-${count}`}.ndjson`;
		try {
			const file = await open(join(directory, path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
			return {file, path};
		} catch (error) {
			const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
			if (!isTaken || count === nameAttemptLimit) throw error;
		}
	}
}

async function writeRows(file: FileHandle, rows: readonly Row[], at: number): Promise<void> {
	try {
		for (let from = 0; from < rows.length; from += rowsPerWrite) {
			const lines = rows
				.slice(from, from + rowsPerWrite)
				.map(row => `${sanitizeJson(JSON.stringify(rowRecord(row, at)))}\n`);
			await file.appendFile(lines.join(''));
		}
	} finally {
		await file.close();
	}
}
