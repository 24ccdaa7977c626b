/** The rows that are shown, written to a file in the current directory: a line a row, as in the public record format. */
import {constants} from 'node:fs';
import {type FileHandle, open, unlink} from 'node:fs/promises';
import {join} from 'node:path';
import type {Row} from '../../domain/row.ts';
import {rowRecord} from '../../records/write/to-record.ts';
import {delay} from '../../shared/delay.ts';
import {sanitizeJson} from '../../text/sanitize.ts';
import {errorReason} from './atomic-file.ts';

export type RowExport = {
	/** Writes rows in the order given, one file after the other; they must not change any more. */
	write(rows: readonly Row[]): void;
	/** Resolves when all is written, or when that takes too long. */
	flushed(): Promise<void>;
};

export type RowExportOptions = {
	/** Where the files go; '.' is the current directory. */
	directory: string;
	/** ms since the epoch. */
	now(): number;
	addNotice(level: 'info' | 'warn', source: string, message: string): void;
};

/** Keys are answered between two pieces. */
const rowsPerWrite = 200;
/** In one second there may be several. */
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
				// Half of the rows would be taken for all of them.
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

/** A new file, which was not there before and is no link to another one. */
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
