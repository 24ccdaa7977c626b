import {layoutOf} from '../kernel/ss/commands.ts';
import {hasOneLine, parseSsVersion, type SsVersion} from '../kernel/ss/parse/version.ts';
import {oneLine} from '../text/single-line.ts';
import {probeLines} from './check-lines.ts';
import {broken, type Check, type Finding, fine, type Host, less, type Outcome} from './types.ts';

const installIproute2 = 'install iproute2 (Debian: apt-get install iproute2, Alpine: apk add iproute2)';
const installCoreutils = 'install coreutils (Debian: apt-get install coreutils, Alpine: apk add coreutils)';

/** The programs that netwatch lets look: each is run as netwatch runs it. */
export const toolChecks: readonly Check[] = [
	{name: 'ss', probe: host => onLinux(host, probeSs)},
	{name: 'lines of ss', probe: host => onLinux(host, probeLines)},
	{name: 'ss -E', probe: host => onLinux(host, probeEvents)},
	{name: 'stdbuf', probe: host => onLinux(host, probeStdbuf)},
	{name: 'ip', probe: host => onLinux(host, probeIp)},
	{name: 'ip monitor', probe: host => onLinux(host, probeMonitor)},
];

const onLinux = async (
	host: Host,
	probe: (host: Host) => Promise<Finding | null>,
): Promise<Finding | null> => (host.platform === 'linux' ? probe(host) : null);

/** Above it, a look is worth a word: the table is then read less often than once a second. */
const slowLookMs = 500;

const probeSs = async (host: Host): Promise<Finding> => {
	const path = await host.which('ss');
	const lost =
		'sockets are read from /proc/net/tcp: without TCP info, backlogs, and what ends between two looks';
	if (path === null) return broken('not found', lost, installIproute2);
	const {text, version} = await ssVersion(host);
	const look = await quickest(() => host.run(['ss', ...tableWords(version)]));
	if (look.exitCode !== 0) return broken(`${path}: ${failureOf(look)}`, lost, installIproute2);
	const lines = look.stdout.split('\n').filter(line => /^\S/.test(line)).length;
	const found = `${text || 'of an unknown version'}, ${path}; one look takes ${Math.ceil(look.tookMs)} ms (TCP sockets: ${lines})`;
	if (version === null) {
		return less(found, 'it does not say which iproute2 it is of: it is taken for a new one', installIproute2);
	}
	if (look.tookMs > slowLookMs) return less(found, 'the table is looked at less often');
	return fine(hasOneLine(version) ? found : `${found}; several lines a socket (older than 5.2)`);
};

/** What the first one costs, and what else the machine does, is no part of it. */
const quickest = async (look: () => Promise<Outcome>): Promise<Outcome> => {
	let best = await look();
	for (let again = 1; again < 3 && best.exitCode === 0; again++) {
		const next = await look();
		if (next.exitCode === 0 && next.tookMs < best.tookMs) best = next;
	}
	return best;
};

const ssVersion = async (host: Host): Promise<{text: string; version: SsVersion | null}> => {
	const {stdout} = await host.run(['ss', '-V']);
	const version = parseSsVersion(stdout);
	return {text: version === null ? '' : oneLine(stdout.replace(/^ss utility, /, ''), 60), version};
};

const tableWords = (version: SsVersion | null): string[] => [
	`-${layoutOf(version)}tane`,
	...['exclude', 'time-wait'],
];

/** As netwatch runs it, with a connection that ends meanwhile. */
const probeEvents = async (host: Host): Promise<Finding | null> => {
	const [ss, stdbuf] = [await host.which('ss'), await host.which('stdbuf')];
	if (ss === null || stdbuf === null) return null;
	const {version} = await ssVersion(host);
	const words = ['stdbuf', '-oL', 'ss', `-E${layoutOf(version)}tnei`];
	let isOver = false;
	const asked = host.run(words, {timeoutMs: eventsMs, firstOutput: true}).finally(() => {
		isOver = true;
	});
	// Those that end before it listens are not told.
	while (!isOver) {
		await host.connectOnce();
		await new Promise(resolve => setTimeout(resolve, betweenMs));
	}
	const {stdout, slow, exitCode, stderr} = await asked;
	if (stdout !== '') return fine('tells of sockets as they end');
	const lost = 'connections that begin and end between two looks have no kernel view';
	const why = slow
		? 'is silent when a connection ends'
		: `ended with exit code ${exitCode}: ${oneLine(stderr, 100)}`;
	return less(why, lost, installIproute2);
};

const eventsMs = 5000;
const betweenMs = 50;

const probeStdbuf = async (host: Host): Promise<Finding> => {
	const path = await host.which('stdbuf');
	const lost = 'connections that begin and end between two looks have no kernel view: ss -E needs it';
	if (path === null) return less('not found', lost, installCoreutils);
	const {exitCode, stderr} = await host.run(['stdbuf', '-oL', 'true']);
	return exitCode === 0 ? fine(path) : less(`${path}: ${oneLine(stderr, 100)}`, lost, installCoreutils);
};

const probeIp = async (host: Host): Promise<Finding> => {
	const path = await host.which('ip');
	const lost = 'no routes and no interfaces';
	if (path === null) return broken('not found', lost, installIproute2);
	const version = await host.run(['ip', '-V']);
	const route = await host.run(['ip', '-j', '-force', '-batch', '-'], {stdin: 'route get 127.0.0.1\n'});
	const name = oneLine(`${version.stdout}${version.stderr}`.replace(/^ip utility, /, ''), 60);
	const answer = route.stdout.trim();
	if (!answer.startsWith('[')) {
		return broken(`${name || 'of an unknown version'}, ${path}: ${failureOf(route)}`, lost, installIproute2);
	}
	return fine(`${name}, ${path}; a route in ${Math.ceil(route.tookMs)} ms`);
};

const probeMonitor = async (host: Host): Promise<Finding | null> => {
	const lost = 'a route that changes is noticed within half a minute, and not at once';
	if ((await host.which('ip')) === null) return null;
	const {slow, exitCode, stderr} = await host.run(['ip', 'monitor', 'route'], {timeoutMs: 300});
	if (slow) return fine('tells when routes change');
	return less(`ended with exit code ${exitCode}: ${oneLine(stderr, 100)}`, lost);
};

const failureOf = ({missing, slow, exitCode, stderr, stdout}: Outcome): string => {
	if (missing) return 'cannot be executed';
	if (slow) return 'does not answer';
	return `exit code ${exitCode}: ${oneLine(stderr || stdout, 100) || 'it says nothing'}`;
};
