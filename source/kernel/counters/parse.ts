/**
 * Reads one counter of `/proc/net/netstat` or `/proc/net/snmp`: pairs of lines, names above values.
 *
 * @param text the file
 * @param group the first word of both lines, e.g. `TcpExt`
 * @param name e.g. `ListenOverflows`
 * @returns null where this kernel does not have the counter
 */
// TcpExt: SyncookiesSent … ListenOverflows ListenDrops …
// TcpExt: 0 … 63 63 …
export const parseCounter = (text: string, group: string, name: string): number | null => {
	const [names, values] = text.split('\n').filter(line => line.startsWith(`${group}: `));
	const index = names?.split(' ').indexOf(name) ?? -1;
	return index < 1 ? null : toNumber(values?.split(' ')[index]);
};

/**
 * Reads one field of `/proc/net/sockstat`.
 *
 * @param group e.g. `TCP`
 * @param name e.g. `tw`
 */
// TCP: inuse 27 orphan 2 tw 3 alloc 76 mem 424
export const parseSockstat = (text: string, group: string, name: string): number | null => {
	const words = text
		.split('\n')
		.find(line => line.startsWith(`${group}: `))
		?.split(' ');
	const index = words?.indexOf(name) ?? -1;
	return index < 1 ? null : toNumber(words?.[index + 1]);
};

/**
 * Parses `/proc/sys/net/ipv4/ip_local_port_range`: the ports that connect() chooses from, both ends included.
 */
// 32768	60999
export const parsePortRange = (text: string): {low: number; high: number} | null => {
	const match = /^(\d{1,5})\s+(\d{1,5})\s*$/.exec(text);
	return match ? {low: Number(match[1]), high: Number(match[2])} : null;
};

const toNumber = (text: string | undefined): number | null =>
	text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
