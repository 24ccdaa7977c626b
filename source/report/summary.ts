import {formatAddress, formatBytes, formatCommand, formatDuration, formatExit} from '../domain/format.ts';
import type {Row} from '../domain/row.ts';
import type {Model} from '../model/model.ts';
import {findingsSummary} from './findings.ts';

const rowLimit = 10;

/**
 * Sums up a run in a few lines of text for standard error.
 *
 * @param now ms since the epoch
 */
export function summaryText(model: Model, now: number): string {
	const {session, totals, processes} = model;
	const hooked = new Set(processes.filter(process => process.node !== null).map(process => process.proc));
	// A shell that starts the programs has no sockets that a hook would show.
	const all = new Set(
		processes.filter(({wrapper, noHook}) => !wrapper || noHook !== 'not-node').map(({proc}) => proc),
	);
	const unhooked = all.size - hooked.size;
	const duration = formatDuration((session.ended?.at ?? now) - session.startedAt);
	const lines = [
		`netwatch: ${formatCommand(session.command)} ${endText(model)} after ${duration}`,
		`  sockets    ${totals.rows}${countsText(totals.byStage, ': ')}`,
	];
	if (totals.byCode.size > 0) lines.push(`  errors     ${countsText(totals.byCode, '')}`);
	lines.push(
		`  processes  ${hooked.size} with hook${unhooked > 0 ? `, ${unhooked} without` : ''}` +
			` · ${totals.steps} steps seen, ${lostText(model)}`,
	);
	const {listenDrops, notUnderstood} = totals.kernel;
	if (listenDrops !== null && listenDrops > 0) {
		const were = listenDrops === 1 ? 'connection was' : 'connections were';
		lines.push(
			`  dropped    ${listenDrops} ${were} dropped by listeners, of all processes in the network namespace`,
		);
	}

	if (notUnderstood > 0) {
		const were = notUnderstood === 1 ? 'line of ss was' : 'lines of ss were';
		lines.push(
			`  notice     ${notUnderstood} ${were} not understood: netwatch doctor shows how to report them`,
		);
	}

	lines.push(...findingsSummary(model));
	for (const row of lastFailures(model)) lines.push(`  failed     ${describeFailure(row)}`);
	for (const row of openAtExit(model)) lines.push(`  open       ${describeOpen(row)}`);
	for (const notice of model.notices) {
		if (notice.level !== 'info') lines.push(`  notice     ${notice.message}`);
	}

	return `${lines.join('\n')}\n`;
}

/** What a killed process dropped since its last report is not known. */
function lostText({dropped, notShown, processes}: Model): string {
	const unreported = processes.filter(({isEndUnreported}) => isEndUnreported).length;
	const lost = `${dropped + notShown} lost`;
	if (unreported === 0) return lost;
	const ended = unreported === 1 ? '1 thread ended' : `${unreported} threads ended`;
	return `at least ${lost} (${ended} without a last report)`;
}

const endText = ({session: {ended}}: Model): string =>
	ended === null
		? 'still runs'
		: `${ended.signal === null ? 'ended with' : 'was ended by'} ${formatExit(ended)}`;

const countsText = (counts: ReadonlyMap<string, number>, before: string): string =>
	counts.size === 0 ? '' : before + [...counts].map(([name, count]) => `${count} ${name}`).join(', ');

const lastFailures = (model: Model): Row[] =>
	[...model.rows.values()].filter(row => row.stage === 'failed').slice(-rowLimit);

const describeFailure = (row: Row): string =>
	`${row.error?.operation ?? row.role ?? 'socket'} ${endpointText(row)}: ${row.error?.code ?? 'error'} in phase ${
		row.error?.phase ?? '?'
	} (${row.program} ${row.pid ?? ''})`;

/** Sockets closed by the exit of the process, not by the program. */
const openAtExit = (model: Model): Row[] =>
	[...model.rows.values()]
		.filter(row => row.role !== 'listener' && row.role !== null && row.steps.at(-1)?.fields.reason === 'exit')
		.slice(-rowLimit);

const describeOpen = (row: Row): string =>
	`${row.role ?? 'socket'} ${endpointText(row)} at the end of its process (in ${bytesText(row.process?.bytesRead)}, out ${bytesText(
		row.process?.bytesWritten,
	)})`;

const bytesText = (value: number | null | undefined): string => formatBytes(value ?? null);

const endpointText = (row: Row): string => {
	const peer = formatAddress(row.role === 'listener' ? row.local : row.peer);
	if (row.host === null) return peer;
	return row.peer === null ? row.host : `${row.host} (${peer})`;
};
