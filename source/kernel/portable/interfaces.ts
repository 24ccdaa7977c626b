import {isIP} from 'node:net';
import type {NetworkInterface} from '../../domain/kernel.ts';

/** The used fields of an interface from systeminformation; decoded as untrusted. */
export type SystemInfoInterface = {
	iface?: unknown;
	operstate?: unknown;
	mtu?: unknown;
	internal?: unknown;
	virtual?: unknown;
	ip4?: unknown;
	ip4subnet?: unknown;
	ip6?: unknown;
	ip6subnet?: unknown;
};

/** The used fields of an interface's traffic. */
export type SystemInfoTraffic = {
	iface?: unknown;
	rx_bytes?: unknown;
	rx_dropped?: unknown;
	rx_errors?: unknown;
	tx_bytes?: unknown;
	tx_dropped?: unknown;
	tx_errors?: unknown;
};

const maxInterfaces = 1024;

/**
 * The interfaces of a platform without ip: one address of each family, and no kind other than virtual.
 *
 * @param interfaces the result of `networkInterfaces()` of systeminformation
 * @param traffic the result of `networkStats('*')`
 */
export const parseSystemInfoInterfaces = (
	interfaces: readonly SystemInfoInterface[],
	traffic: readonly SystemInfoTraffic[],
): NetworkInterface[] => {
	const trafficByName = new Map(traffic.map(entry => [entry.iface, entry]));
	return interfaces.slice(0, maxInterfaces).flatMap((entry, position) => {
		if (typeof entry.iface !== 'string' || entry.iface === '') return [];
		const counters = trafficByName.get(entry.iface);
		return {
			name: entry.iface.slice(0, 32).replace(/[^\x21-\x7e]/g, '?'),
			index: position + 1,
			state: parseState(entry.operstate),
			mtu: parseCount(entry.mtu),
			kind: entry.internal === true ? 'loopback' : entry.virtual === true ? 'virtual' : null,
			master: null,
			addresses: [
				...parseAddresses(entry.ip4, entry.ip4subnet),
				...parseAddresses(entry.ip6, entry.ip6subnet),
			],
			inBytes: parseCount(counters?.rx_bytes),
			outBytes: parseCount(counters?.tx_bytes),
			inDropped: parseCount(counters?.rx_dropped),
			outDropped: parseCount(counters?.tx_dropped),
			inErrors: parseCount(counters?.rx_errors),
			outErrors: parseCount(counters?.tx_errors),
		};
	});
};

/** Reads the interfaces from systeminformation, which is loaded on first use: Linux never needs it. */
export const readSystemInfoInterfaces = async (): Promise<NetworkInterface[]> => {
	const {default: systeminformation} = await import('systeminformation');
	const interfaces = [await systeminformation.networkInterfaces()].flat();
	return parseSystemInfoInterfaces(interfaces, await systeminformation.networkStats('*'));
};

const parseState = (value: unknown): string =>
	typeof value === 'string' && /^[a-z]{1,16}$/i.test(value) ? value.toUpperCase() : 'UNKNOWN';

const parseCount = (value: unknown): number | null =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;

const parseAddresses = (address: unknown, mask: unknown): string[] => {
	if (typeof address !== 'string') return [];
	const unscoped = address.replace(/%.*$/s, '');
	if (isIP(unscoped) === 0) return [];
	const prefix = typeof mask === 'string' ? prefixLength(mask) : null;
	return [prefix === null ? unscoped : `${unscoped}/${prefix}`];
};

/** The prefix length of an address mask: `255.255.255.0`, `ffff:ffff::`. */
const prefixLength = (mask: string): number | null => {
	const family = isIP(mask);
	if (family === 0) return null;
	const bits = mask
		.split(family === 4 ? '.' : ':')
		.map(part => Number.parseInt(part === '' ? '0' : part, family === 4 ? 10 : 16).toString(2))
		.join('');
	return bits.replaceAll('0', '').length;
};
