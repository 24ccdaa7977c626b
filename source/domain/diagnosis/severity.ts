/** From what is only worth knowing to what has gone wrong. */
export const severities = ['info', 'warn', 'error'] as const;
export type Severity = (typeof severities)[number];
/** The worst first, then the newest. */

export const sortBySeverity = <Some extends {severity: Severity; raisedAt: number}>(
	diagnoses: readonly Some[],
): Some[] =>
	diagnoses.toSorted(
		(one, other) =>
			severities.indexOf(other.severity) - severities.indexOf(one.severity) || other.raisedAt - one.raisedAt,
	);
