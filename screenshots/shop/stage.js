// Run in a network namespace of its own: makes the shop's network in it, plays all unwatched peers, and runs a
// command there: unshare --map-root-user --net node screenshots/shop/stage.js COMMAND [ARG…]
import {execFileSync, spawn} from 'node:child_process';

const ip = line => execFileSync('ip', line.split(' '));
ip('link set lo up');
// No host is behind this device: its packets are lost, as behind a firewall that drops.
ip('link add eth0 type veth peer name nowhere');
ip('link set eth0 up');
ip('link set nowhere up');
for (const host of [10, 20, 21, 22, 23, 24, 25, 100, 101, 102, 103, 104, 105])
	ip(`address add 10.20.0.${host}/24 dev eth0`);
ip('-6 address add fd00:20::10/64 dev eth0 nodad');
ip('route add default via 10.20.0.1 dev eth0');
ip('neighbour add 10.20.0.1 lladdr 02:00:00:00:00:01 dev eth0');
ip('-6 neighbour add fd00:20::24 lladdr 02:00:00:00:00:02 dev eth0');

await import('./elsewhere.js');
const [command, ...args] = process.argv.slice(2);
spawn(command, args, {stdio: 'inherit'}).on('exit', code => process.exit(code ?? 1));
