/** Finds and reads files as the system does when it starts a program. */
import {accessSync, closeSync, constants, openSync, readSync, statSync} from 'node:fs';
import {delimiter, join} from 'node:path';

/**
 * @returns the file that execvp(3) would run, or the one its error would be about; null where there is none
 */
export const findExecutable = (command: string, path = '/bin:/usr/bin'): string | null => {
	if (command.includes('/')) return exists(command) ? command : null;
	const files = path.split(delimiter).map(directory => join(directory === '' ? '.' : directory, command));
	return files.find(file => isFile(file) && canExecute(file)) ?? files.find(exists) ?? null;
};

/** Reads the first bytes of a file; '' where it cannot be read. */
export const readHead = (file: string, maxBytes = 256): string => {
	const bytes = Buffer.alloc(maxBytes);
	try {
		const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0));
		} finally {
			closeSync(fd);
		}
	} catch {
		return '';
	}
};

const stat = (path: string) => {
	try {
		return statSync(path);
	} catch {
		return null;
	}
};

export const exists = (path: string): boolean => stat(path) !== null;
export const isFile = (path: string): boolean => stat(path)?.isFile() ?? false;
export const isDirectory = (path: string): boolean => stat(path)?.isDirectory() ?? false;

export const canExecute = (path: string): boolean => {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
};
