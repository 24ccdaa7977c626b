/**
 * The cost to split the table of ss into sockets and to read of each what the join needs: time summed over the
 * slices, the longest slice, and the processor time of the same, which other programs do not lengthen.
 *
 *     npx tsx bench/kernel-parse.ts [ROUNDS]
 */
import {createTableParser} from '../source/kernel/ss/table-parser.ts';
import {describeSpread} from './spread.ts';

const rounds = Number(process.argv[2] ?? 15);
const linesASlice = 512;

/** As `ss -HtanOe` prints them: 150 to 250 bytes a line, with its padding. */
const table = (sockets: number, address: (n: number) => string): Buffer => {
	const lines: string[] = [];
	for (let n = 0; n < sockets; n++) {
		const timer = n % 3 === 0 ? ` timer:(keepalive,${n % 60}sec,0)` : '';
		const owner = n % 50 === 0 ? 'ino:0' : `uid:1000 ino:${4_000_000 + n}`;
		const details = `${timer} ${owner} sk:${(n + 65_536).toString(16)} cgroup:/system.slice/server.service <->`;
		const own = `${address(n % 4)}:443`.padStart(40);
		const peer = `${address(n)}:${1024 + (n % 60_000)}`.padStart(45);
		lines.push(`ESTAB      0      ${String(n % 7).padEnd(6)} ${own} ${peer}${details.padEnd(115)}`);
	}
	return Buffer.from(`${lines.join('\n')}\n`);
};

const families: [string, (n: number) => string][] = [
	['IPv4', n => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`],
	['mapped', n => `[::ffff:10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}]`],
	['IPv6', n => `[2001:db8:0:${(n >> 8).toString(16)}::${(n & 255).toString(16)}]`],
];

/** The fields that the model reads of every socket, and of one in ten not joined by inode. */
const read = (output: Buffer): {total: number; longest: number; cpu: number; sum: number} => {
	let total = 0;
	let longest = 0;
	let sum = 0;
	const parser = createTableParser(output, {version: {major: 6, minor: 1}});
	const cpuBegun = process.cpuUsage();
	while (!parser.done) {
		const begun = performance.now();
		for (const [index, socket] of parser.take(linesASlice).entries()) {
			sum += (socket.inode ?? 0) + (socket.recvQ ?? 0) + (socket.sendQ ?? 0) + socket.state.length;
			if (index % 10 > 0) continue;
			sum += (socket.cookie?.length ?? 0) + (socket.timer?.ms ?? 0);
			if (socket.local !== null && 'port' in socket.local) sum += socket.local.port;
			if (socket.peer !== null && 'port' in socket.peer) sum += socket.peer.port;
		}
		const took = performance.now() - begun;
		total += took;
		longest = Math.max(longest, took);
	}
	const {user, system} = process.cpuUsage(cpuBegun);
	return {total, longest, cpu: (user + system) / 1000, sum};
};

for (const [family, address] of families) {
	for (const sockets of [1000, 10_000, 50_000]) {
		const output = table(sockets, address);
		const seen = Array.from({length: rounds}, () => read(output));
		const ms = (name: 'total' | 'longest' | 'cpu') =>
			describeSpread(
				seen.map(one => one[name]),
				1,
			);
		console.log(
			`${family}, ${sockets} lines of ${Math.round(output.length / sockets)} bytes: ${ms('total')} ms summed, ` +
				`longest slice ${ms('longest')} ms, processor ${ms('cpu')} ms`,
		);
	}
}
