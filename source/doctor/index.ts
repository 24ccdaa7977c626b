import {hookChecks} from './check-hook.ts';
import {namespaceChecks, processCheck} from './check-namespaces.ts';
import {systemChecks} from './check-system.ts';
import {toolChecks} from './check-tools.ts';
import type {CheckResult} from './print.ts';
import {type Check, failed, type Host} from './types.ts';

/** All checks, in the order of the report. */
const checks: readonly Check[] = [...systemChecks, ...toolChecks, ...namespaceChecks, ...hookChecks];

/**
 * Runs all checks.
 *
 * @param pid a process to check as well; null for none
 * @returns one result a check, also where a check itself fails
 */
export const runChecks = async (host: Host, pid: number | null): Promise<CheckResult[]> => {
	const results: CheckResult[] = [];
	// One after the other: some checks report a duration.
	for (const {name, probe} of pid === null ? checks : [...checks, processCheck(pid)]) {
		const finding = await probe(host).catch(error =>
			failed(`not known: ${error instanceof Error ? error.message : error}`, 'the check itself failed'),
		);
		if (finding !== null) results.push({name, ...finding});
	}
	return results;
};
