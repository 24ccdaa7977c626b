import {isIP} from 'node:net';
import type {NetworkInterface} from '../../domain/kernel.ts';

/** What systeminformation tells of an interface, as far as it is used; decoded as a stranger's. */
export type ForeignInterface = {
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

/** What it tells of the traffic of one. */
export type ForeignTraffic = {
	iface?: unknown;
	rx_bytes?: unknown;
	rx_dropped?: unknown;
	rx_errors?: unknown;
	tx_bytes?: unknown;
	tx_dropped?: unknown;
	tx_errors?: unknown;
};

const limit = 1024;

/**
 * The interfaces of a platform without ip: one address of each family, and no more of its kind than that it is virtual.
 *
 * @param found What `networkInterfaces()` of systeminformation gave.
 * @param traffic What `networkStats('*')` gave.
 */
export const interfacesElsewhere = (
	found: readonly ForeignInterface[],
	traffic: readonly ForeignTraffic[],
): NetworkInterface[] => {
	const counts = new Map(traffic.map(one => [one.iface, one]));
	return found.slice(0, limit).flatMap((one, place) => {
		if (typeof one.iface !== 'string' || one.iface === '') return [];
		const its = counts.get(one.iface);
		return {
			name: one.iface.slice(0, 32).replace(/[^\x21-\x7e]/g, '?'),
			index: place + 1,
			state: stateOf(one.operstate),
			mtu: countOf(one.mtu),
			kind: one.internal === true ? 'loopback' : one.virtual === true ? 'virtual' : null,
			master: null,
			addresses: [...addressOf(one.ip4, one.ip4subnet), ...addressOf(one.ip6, one.ip6subnet)],
			inBytes: countOf(its?.rx_bytes),
			outBytes: countOf(its?.tx_bytes),
			inDropped: countOf(its?.rx_dropped),
			outDropped: countOf(its?.tx_dropped),
			inErrors: countOf(its?.rx_errors),
			outErrors: countOf(its?.tx_errors),
		};
	});
};

/** Asks systeminformation, which is loaded when first needed: Linux never needs it. */
export const readInterfacesElsewhere = async (): Promise<NetworkInterface[]> => {
	const {default: systeminformation} = await import('systeminformation');
	const found = [await systeminformation.networkInterfaces()].flat();
	return interfacesElsewhere(found, await systeminformation.networkStats('*'));
};

const stateOf = (value: unknown): string =>
	typeof value === 'string' && /^[a-z]{1,16}$/i.test(value) ? value.toUpperCase() : 'UNKNOWN';

const countOf = (value: unknown): number | null =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;

const addressOf = (address: unknown, mask: unknown): string[] => {
	if (typeof address !== 'string') return [];
	const bare = address.replace(/%.*$/s, '');
	if (isIP(bare) === 0) return [];
	const prefix = typeof mask === 'string' ? prefixOf(mask) : null;
	return [prefix === null ? bare : `${bare}/${prefix}`];
};

/** The length of a prefix that is written as a mask: `255.255.255.0`, `ffff:ffff::`. */
const prefixOf = (mask: string): number | null => {
	const family = isIP(mask);
	if (family === 0) return null;
	const bits = mask
		.split(family === 4 ? '.' : ':')
		.map(part => Number.parseInt(part === '' ? '0' : part, family === 4 ? 10 : 16).toString(2))
		.join('');
	return bits.replaceAll('0', '').length;
};
