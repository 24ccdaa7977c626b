/** The rights that netwatch lacks. */
import {readFileSync} from 'node:fs';
import {missingCapabilities} from '../../procfs/capabilities.ts';

/** @returns the missing right, as a word and as a sentence; null when none is missing, or when unknown */
export const missingRights = (): {label: string; explanation: string} | null => {
	try {
		return missingCapabilities(readFileSync('/proc/self/status', 'latin1'), process.geteuid?.() ?? 0);
	} catch {
		return null;
	}
};
