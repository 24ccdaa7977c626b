/** The bits of include/uapi/linux/capability.h that netwatch asks about. */
const bits: Readonly<Record<string, bigint>> = {
	CAP_NET_ADMIN: 12n,
	CAP_SYS_PTRACE: 19n,
	CAP_SYS_ADMIN: 21n,
};

/**
 * What a process may do now.
 *
 * @param status The text of `/proc/PID/status`.
 * @returns Of those netwatch asks about, the names of its effective capabilities.
 */
// CapEff:	000001ffffffffff
export const capabilitiesOf = (status: string): ReadonlySet<string> => {
	const mask = /^CapEff:\s*([\da-f]{1,16})\s*$/im.exec(status)?.[1];
	const effective = BigInt(`0x${mask ?? '0'}`);
	return new Set(Object.keys(bits).filter(name => (effective >> (bits[name] ?? 0n)) & 1n));
};
