import {expect} from 'vitest';
import {z} from 'zod';
import {type Row, startNetwatch} from '../../helpers/process/netwatch.ts';
import {targetNode} from '../../helpers/process/paths.ts';
import {targetMajor} from '../../helpers/process/target-version.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';
import {
	alarmsOf,
	connected,
	needsRoot,
	signalServer,
	watchClient,
	watchEnds,
} from '../../helpers/scenarios/places.ts';
import {
	cleared,
	type DiagnosisRecord,
	finding,
	raisedRules,
	type Scenario,
} from '../../helpers/scenarios/scenario.ts';
import {scenarioProgram} from '../../helpers/scenarios/scenario-program.ts';

const sourcesOf = ({evidence}: DiagnosisRecord): string[] => evidence.map(({source}) => source);

/** The finding about an HTTP client in programs/scenarios/http-reset.cjs. */
const httpReset = (mode: string, rule: string, severity: string, says: RegExp): Scenario => ({
	rule,
	title: `a pooled HTTP connection that the server resets: ${mode}`,
	async run(context) {
		const netwatch = startNetwatch(context, [targetNode, scenarioProgram('http-reset'), mode]);
		const record = await finding(netwatch, rule);
		expect(record).toMatchObject({severity, operation: 'read', phase: 'read'});
		expect(record.message).toMatch(says);
	},
});

export const scenarios: readonly Scenario[] = [
	{
		rule: 'not-reading',
		title: 'a server that pauses its socket: raised, and cleared when it reads on',
		async run(context) {
			const netwatch = watchEnds(context, 'pausesUntilSignal', 'writes');
			const record = await finding(netwatch, 'not-reading');
			expect(record).toMatchObject({severity: 'warn', phase: 'read', operation: 'read'});
			expect(record.message).toContain('the program has paused it');
			expect(sourcesOf(record)).toEqual(expect.arrayContaining(['process', 'kernel']));
			signalServer(netwatch);
			await cleared(netwatch, record);
		},
	},
	{
		rule: 'not-reading',
		title: 'a server whose event loop is blocked',
		async run(context) {
			const netwatch = watchEnds(context, 'blocks', 'writes', 'apart');
			const record = await finding(netwatch, 'not-reading');
			expect(record.message).toContain('the event loop is blocked');
			expect(sourcesOf(record)).toContain('load');
		},
	},
	{
		rule: 'not-reading',
		title: 'a server that has not begun to read',
		async run(context) {
			const netwatch = watchEnds(context, 'ignores', 'greets');
			const record = await finding(netwatch, 'not-reading');
			expect(record.message).toContain('with 5 unread: the program has not begun to read');
		},
	},
	{
		rule: 'reset-after-idle',
		title: 'a server that resets after a rest',
		async run(context) {
			const netwatch = watchEnds(context, 'resetsAfterIdle', 'reads');
			const record = await finding(netwatch, 'reset-after-idle');
			expect(record).toMatchObject({severity: 'warn', phase: 'read', operation: 'read'});
			expect(record.message).toMatch(/was reset after 2\.\d+ s without a byte/);
			expect(alarmsOf(netwatch)).toEqual(['reset-after-idle']);
		},
	},
	{
		rule: 'reset-after-idle',
		title: 'a device between that has forgotten the connection while it rested',
		skip: needsRoot,
		async run(context) {
			const hosts = await watchClient(context, 'reads', 'pings');
			const {netwatch, far, port} = hosts;
			await connected(hosts);
			for (const words of [
				['add', 'table', 'inet', 'forgets'],
				['add', 'chain', 'inet', 'forgets', 'in', '{ type filter hook input priority 0 ; }'],
				[
					'add',
					'rule',
					'inet',
					'forgets',
					'in',
					'tcp',
					'dport',
					String(port),
					'reject',
					'with',
					'tcp',
					'reset',
				],
			]) {
				far.run('nft', ...words);
			}

			const record = await finding(netwatch, 'reset-after-idle');
			expect(record.severity).toBe('warn');
			expect(record.peer).toMatchObject({address: '10.53.0.2', port});
			expect(alarmsOf(netwatch)).toEqual(['reset-after-idle']);
		},
	},
	httpReset(
		'rested',
		'reset-after-idle',
		'error',
		/reset as it was used again after 2\.\d+ s .* a request was under way/,
	),
	{
		rule: 'reset-after-idle',
		title: 'a pooled HTTP connection that the server resets: idle, where Node reports the reset',
		async run(context) {
			const command = [targetNode, scenarioProgram('http-reset'), 'idle'];
			const netwatch = startNetwatch(context, command, {stdin: 'pipe'});
			const {code} = await netwatch.fact('connection closed', z.object({code: z.string().nullable()}));
			// Newer Nodes destroy a free socket of the http agent without an error, also with data to read
			// (`freeSocketOnReadGuard`): measured on 22.23.3, 24.21.0 and 26.10.0, and not on 20.20.2.
			if (targetMajor < 22) expect(code).toBe('ECONNRESET');
			if (code === null) {
				const isClosed = ({role, closedAt}: Row) => role === 'client' && closedAt !== null;
				const row = await netwatch.until(() => [...netwatch.rows.values()].find(isClosed));
				expect(row.error).toBeNull();
				netwatch.write('\n');
				await netwatch.summary();
				expect(raisedRules(netwatch)).not.toContain('reset-after-idle');
				return;
			}

			const record = await finding(netwatch, 'reset-after-idle');
			expect(record).toMatchObject({severity: 'info', operation: 'read', phase: 'read'});
			expect(record.message).toMatch(/no request was under way/);
		},
	},
	{
		rule: 'reset-under-load',
		title: 'a server that resets while it sends',
		async run(context) {
			const netwatch = watchEnds(context, 'resetsUnderLoad', 'reads');
			const record = await finding(netwatch, 'reset-under-load');
			expect(record).toMatchObject({severity: 'warn', phase: 'read', operation: 'read'});
			expect(alarmsOf(netwatch)).toEqual(['reset-under-load']);
		},
	},
	httpReset('busy', 'reset-under-load', 'error', /with a request under way/),
	{
		rule: 'request-unanswered',
		title: 'a server that hangs up instead of answering',
		async run(context) {
			const netwatch = startNetwatch(context, [targetNode, scenarioProgram('http-reset'), 'hangs-up']);
			const record = await finding(netwatch, 'request-unanswered');
			expect(record).toMatchObject({severity: 'error', phase: 'read', operation: 'read'});
			expect(record.message).toMatch(/without a byte in answer to GET \/first$/);
			expect(sourcesOf(record)).toContain('peer');
			const failed = await netwatch.fact('request failed', z.object({code: z.string()}));
			expect(failed).toEqual({code: 'ECONNRESET'});
			expect(alarmsOf(netwatch)).toEqual(['request-unanswered']);
		},
	},
	{
		rule: 'half-open',
		title: 'a server that is gone without a FIN: retransmits, then ETIMEDOUT',
		skip: needsRoot,
		async run(context) {
			const hosts = await watchClient(context, 'reads', 'talks', {
				prepare: ({near}) => void near.run('sysctl', '-q', '-w', 'net.ipv4.tcp_retries2=4'),
			});
			await connected(hosts);
			hosts.near.lose('10.53.0.2');
			const {netwatch} = hosts;
			const record = await finding(netwatch, 'half-open');
			expect(record.severity).toBe('warn');
			expect(record.message).toMatch(/not acknowledged after \d+ retransmits/);
			const end = await finding(netwatch, 'half-open', ({severity}) => severity === 'error');
			expect(end.message).toMatch(/failed with ETIMEDOUT: .* given up after \d+ retransmits/);
			expect(alarmsOf(netwatch)).toEqual(['half-open']);
		},
	},
	{
		rule: 'half-open',
		title:
			'a server that has shut its window and is gone: probes, then ETIMEDOUT with what is not acknowledged',
		skip: needsRoot,
		async run(context) {
			const hosts = await watchClient(context, 'ignores', 'writes', {
				prepare: ({near}) => void near.run('sysctl', '-q', '-w', 'net.ipv4.tcp_retries2=3'),
			});
			const {netwatch} = hosts;
			await finding(netwatch, 'peer-not-reading');
			hosts.near.lose('10.53.0.2');
			const end = await finding(netwatch, 'half-open', ({severity}) => severity === 'error');
			expect(end.message).toMatch(
				/window was shut: no probe of it was answered, and \d+ bytes are not acknowledged$/,
			);
			expect(alarmsOf(netwatch)).toEqual(['peer-not-reading', 'half-open']);
		},
	},
	{
		rule: 'unix-reset',
		title: 'a listener whose process ends without having accepted: no device, no route',
		async run(context) {
			const program = scenarioProgram('ends-unaccepting');
			const netwatch = startNetwatch(context, [targetNode, program, temporaryDirectory(context)]);
			const rows = () => [...netwatch.rows.values()].filter(({kind, kernel}) => kind === 'unix' && kernel);
			await netwatch.fact('listening', z.object({path: z.string()}));
			await netwatch.until(() => rows().some(({role}) => role === 'listener'));
			netwatch.write('connect\n');
			await netwatch.fact('connected', z.object({}));
			// Both wait in the accept queue, as the kernel's table shows it.
			await netwatch.until(
				() =>
					rows().filter(({role, stage}) => role === 'client' && stage === 'open').length === 2 &&
					rows().some(({role, kernel}) => role === 'listener' && kernel?.recvQ === 2),
			);
			netwatch.write('end the listener\n');
			const record = await finding(netwatch, 'unix-reset');
			expect(record).toMatchObject({severity: 'warn', operation: 'read', phase: 'read'});
			expect(record.message).toMatch(/ended without accepting it$/);
			expect(record.next).toMatchObject({
				argv: ['ss', '-xlp', 'src', expect.stringContaining('unaccepting.sock')],
			});
			expect(JSON.stringify(netwatch.all('diagnosis'))).not.toMatch(/device between|does not show enough/);
		},
	},
];
