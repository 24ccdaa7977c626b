/** What netwatch may not do here. */
import {readFileSync} from 'node:fs';
import {missingCapabilities} from '../../procfs/capabilities.ts';

/** @returns what is missing, in a word and in a sentence; null where nothing is, or where it cannot be known */
export const missingRights = (): {label: string; explanation: string} | null => {
	try {
		return missingCapabilities(readFileSync('/proc/self/status', 'latin1'), process.geteuid?.() ?? 0);
	} catch {
		return null;
	}
};
