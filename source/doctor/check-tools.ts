import {ssLayout} from '../kernel/ss/commands.ts';
import {hasOneLine, parseSsVersion, type SsVersion} from '../kernel/ss/parse/version.ts';
import {singleLine} from '../text/single-line.ts';
import {probeSsLines} from './check-lines.ts';
import {
	type Check,
	type CheckFinding,
	degraded,
	failed,
	type Host,
	passed,
	type ToolResult,
} from './types.ts';

const installIproute2 = 'install iproute2 (Debian: apt-get install iproute2, Alpine: apk add iproute2)';
const installCoreutils = 'install coreutils (Debian: apt-get install coreutils, Alpine: apk add coreutils)';

/** Checks the external programs: each is run as netwatch runs it. */
export const toolChecks: readonly Check[] = [
	{name: 'ss', probe: host => onLinux(host, probeSs)},
	{name: 'lines of ss', probe: host => onLinux(host, probeSsLines)},
	{name: 'ss -E', probe: host => onLinux(host, probeEvents)},
	{name: 'stdbuf', probe: host => onLinux(host, probeStdbuf)},
	{name: 'ip', probe: host => onLinux(host, probeIp)},
	{name: 'ip monitor', probe: host => onLinux(host, probeMonitor)},
];

const onLinux = async (
	host: Host,
	probe: (host: Host) => Promise<CheckFinding | null>,
): Promise<CheckFinding | null> => (host.platform === 'linux' ? probe(host) : null);

/**
 * A snapshot that takes longer, in ms, gets a warning: the table is then read less often than once a second.
 */
const slowSnapshotMs = 500;

const probeSs = async (host: Host): Promise<CheckFinding> => {
	const path = await host.which('ss');
	const consequence =
		'sockets are read from /proc/net/tcp: without TCP info, backlogs, and what ends between two looks';
	if (path === null) return failed('not found', consequence, installIproute2);
	const {text, version} = await ssVersion(host);
	const snapshot = await fastestOf(() => host.run(['ss', ...tableArguments(version)]));
	if (snapshot.exitCode !== 0)
		return failed(`${path}: ${describeFailure(snapshot)}`, consequence, installIproute2);
	const lines = snapshot.stdout.split('\n').filter(line => /^\S/.test(line)).length;
	const found = `${text || 'of an unknown version'}, ${path}; one look takes ${Math.ceil(snapshot.tookMs)} ms (TCP sockets: ${lines})`;
	if (version === null) {
		return degraded(
			found,
			'it does not say which iproute2 it is of: it is taken for a new one',
			installIproute2,
		);
	}
	if (snapshot.tookMs > slowSnapshotMs) return degraded(found, 'the table is looked at less often');
	return passed(hasOneLine(version) ? found : `${found}; several lines a socket (older than 5.2)`);
};

/** The fastest run leaves out the cost of the first one and of other load on the machine. */
const fastestOf = async (run: () => Promise<ToolResult>): Promise<ToolResult> => {
	let best = await run();
	for (let attempt = 1; attempt < 3 && best.exitCode === 0; attempt++) {
		const next = await run();
		if (next.exitCode === 0 && next.tookMs < best.tookMs) best = next;
	}
	return best;
};

const ssVersion = async (host: Host): Promise<{text: string; version: SsVersion | null}> => {
	const {stdout} = await host.run(['ss', '-V']);
	const version = parseSsVersion(stdout);
	return {text: version === null ? '' : singleLine(stdout.replace(/^ss utility, /, ''), 60), version};
};

const tableArguments = (version: SsVersion | null): string[] => [
	`-${ssLayout(version)}tane`,
	...['exclude', 'time-wait'],
];

/** Runs the command as netwatch does, and closes a connection meanwhile. */
const probeEvents = async (host: Host): Promise<CheckFinding | null> => {
	const [ss, stdbuf] = [await host.which('ss'), await host.which('stdbuf')];
	if (ss === null || stdbuf === null) return null;
	const {version} = await ssVersion(host);
	const command = ['stdbuf', '-oL', 'ss', `-E${ssLayout(version)}tnei`];
	let isDone = false;
	const eventsRun = host.run(command, {timeoutMs: eventsTimeoutMs, firstOutput: true}).finally(() => {
		isDone = true;
	});
	// A connection that closes before ss listens is not reported: repeat.
	while (!isDone) {
		await host.connectOnce();
		await new Promise(resolve => setTimeout(resolve, connectIntervalMs));
	}
	const {stdout, timedOut, exitCode, stderr} = await eventsRun;
	if (stdout !== '') return passed('reports sockets as they end');
	const consequence = 'connections that begin and end between two looks have no kernel view';
	const reason = timedOut
		? 'is silent when a connection ends'
		: `ended with exit code ${exitCode}: ${singleLine(stderr, 100)}`;
	return degraded(reason, consequence, installIproute2);
};

const eventsTimeoutMs = 5000;
const connectIntervalMs = 50;

const probeStdbuf = async (host: Host): Promise<CheckFinding> => {
	const path = await host.which('stdbuf');
	const consequence = 'connections that begin and end between two looks have no kernel view: ss -E needs it';
	if (path === null) return degraded('not found', consequence, installCoreutils);
	const {exitCode, stderr} = await host.run(['stdbuf', '-oL', 'true']);
	return exitCode === 0
		? passed(path)
		: degraded(`${path}: ${singleLine(stderr, 100)}`, consequence, installCoreutils);
};

const probeIp = async (host: Host): Promise<CheckFinding> => {
	const path = await host.which('ip');
	const consequence = 'no routes and no interfaces';
	if (path === null) return failed('not found', consequence, installIproute2);
	const version = await host.run(['ip', '-V']);
	const route = await host.run(['ip', '-j', '-force', '-batch', '-'], {stdin: 'route get 127.0.0.1\n'});
	const name = singleLine(`${version.stdout}${version.stderr}`.replace(/^ip utility, /, ''), 60);
	const answer = route.stdout.trim();
	if (!answer.startsWith('[')) {
		return failed(
			`${name || 'of an unknown version'}, ${path}: ${describeFailure(route)}`,
			consequence,
			installIproute2,
		);
	}
	return passed(`${name}, ${path}; a route in ${Math.ceil(route.tookMs)} ms`);
};

const probeMonitor = async (host: Host): Promise<CheckFinding | null> => {
	const consequence = 'a route that changes is noticed within half a minute, and not at once';
	if ((await host.which('ip')) === null) return null;
	const {timedOut, exitCode, stderr} = await host.run(['ip', 'monitor', 'route'], {timeoutMs: 300});
	if (timedOut) return passed('reports routes as they change');
	return degraded(`ended with exit code ${exitCode}: ${singleLine(stderr, 100)}`, consequence);
};

const describeFailure = ({notFound, timedOut, exitCode, stderr, stdout}: ToolResult): string => {
	if (notFound) return 'cannot be executed';
	if (timedOut) return 'does not answer';
	return `exit code ${exitCode}: ${singleLine(stderr || stdout, 100) || 'it says nothing'}`;
};
