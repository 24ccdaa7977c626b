/** From merely informative to failed. */
export const severities = ['info', 'warn', 'error'] as const;
export type Severity = (typeof severities)[number];
/** Orders findings by severity, worst first, then by time, newest first. */

export const sortBySeverity = <Some extends {severity: Severity; raisedAt: number}>(
	diagnoses: readonly Some[],
): Some[] =>
	diagnoses.toSorted(
		(one, other) =>
			severities.indexOf(other.severity) - severities.indexOf(one.severity) || other.raisedAt - one.raisedAt,
	);
