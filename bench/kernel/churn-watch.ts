/**
 * Netwatch without a screen over a command, for bench/kernel-churn.ts: as `--headless`, but at its end it prints what was in the
 * rows. Writing them as records would take as long as all the rest.
 *
 *     node THIS.mjs REPORT COMMAND [ARG…]
 */
import {writeFileSync} from 'node:fs';
import type {Changes} from '../../source/domain/output.ts';
import {prepareSession} from '../../source/session/launched/preparation.ts';
import {startSession} from '../../source/session/launched/start.ts';

/** The outcome of a server's connections, from the last state of their rows. */
export type Seen = {
	rows: number;
	/** With the kernel's counters of the destroyed socket. */
	final: number;
	/** With a kernel's view of any kind. */
	kernel: number;
	joinedBy: Record<string, number>;
	/** Without the peer's address: the connection was over before it was read. */
	nameless: number;
	/** The notices of netwatch. */
	notices: readonly string[];
	/** Records that netwatch says were lost. */
	dropped: number;
};

const [report = '', ...command] = process.argv.slice(2);
/** Each watched server connection as it was last. */
const last = new Map<string, {final: boolean; kernel: boolean; joinedBy: string; nameless: boolean}>();

const take = ({changed}: Changes): void => {
	for (const {id, role, kernel, joinedBy, peer} of changed) {
		// Rows of the kernel alone are not the program's.
		if (role !== 'server' || id.startsWith('k.')) continue;
		last.set(id, {
			final: kernel?.final ?? false,
			kernel: kernel !== null,
			joinedBy: joinedBy ?? 'nothing',
			nameless: peer === null,
		});
	}
};

const run = await startSession(
	prepareSession({kernel: true}),
	{
		...{command, filter: '', intervalMs: 1000, keepMs: 10_000, json: false, headless: true, kernel: true},
		...{
			all: false,
			hook: {recordSites: true, patchEmit: true, watchChildren: true},
			quitOnExit: true,
			outputFile: null,
			onHangup: 'end',
			ignore: [],
		},
		color: {depth: 'auto', background: 'auto'},
		screenReader: false,
	},
	'headless',
	false,
	{outputs: () => [{onChanges: take, end() {}}], drainMs: 100},
);
if (!('session' in run)) throw new Error(run.message);

const {session, directory} = run;
const {model} = session;
run.releaseSignals();
const exit = await run.target.exited;
await session.targetEnded(exit);
await session.close();
await session.endOutputs();
directory.remove();

const rows = [...last.values()];
const joinedBy: Record<string, number> = {};
for (const row of rows) joinedBy[row.joinedBy] = (joinedBy[row.joinedBy] ?? 0) + 1;
const seen: Seen = {
	rows: rows.length,
	final: rows.filter(({final}) => final).length,
	kernel: rows.filter(({kernel}) => kernel).length,
	joinedBy,
	nameless: rows.filter(({nameless}) => nameless).length,
	notices: model.notices.map(({message}) => message),
	dropped: model.dropped + model.notShown,
};
writeFileSync(report, JSON.stringify(seen));
process.exit(0);
