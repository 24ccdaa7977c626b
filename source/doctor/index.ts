import {hookChecks} from './check-hook.ts';
import {namespaceChecks, processCheck} from './check-namespaces.ts';
import {systemChecks} from './check-system.ts';
import {toolChecks} from './check-tools.ts';
import type {CheckResult} from './print.ts';
import {type Check, failed, type Host} from './types.ts';

/** All that is looked at, in the order in which it is told. */
const checks: readonly Check[] = [...systemChecks, ...toolChecks, ...namespaceChecks, ...hookChecks];

/**
 * Looks at everything that netwatch needs or can use.
 *
 * @param pid A process to look at as well; null for none.
 * @returns What was found, one result a check, also where a check itself fails.
 */
export const runChecks = async (host: Host, pid: number | null): Promise<CheckResult[]> => {
	const results: CheckResult[] = [];
	// One after the other: some take a time that is told.
	for (const {name, probe} of pid === null ? checks : [...checks, processCheck(pid)]) {
		const finding = await probe(host).catch(error =>
			failed(`cannot be told: ${error instanceof Error ? error.message : error}`, 'the check itself failed'),
		);
		if (finding !== null) results.push({name, ...finding});
	}
	return results;
};
