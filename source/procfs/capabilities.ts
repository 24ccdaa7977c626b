/** The bits of include/uapi/linux/capability.h that netwatch asks about. */
const capabilityBits: Readonly<Record<string, bigint>> = {
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
export const parseCapabilities = (status: string): ReadonlySet<string> => {
	const mask = /^CapEff:\s*([\da-f]{1,16})\s*$/im.exec(status)?.[1];
	const effective = BigInt(`0x${mask ?? '0'}`);
	return new Set(
		Object.keys(capabilityBits).filter(name => (effective >> (capabilityBits[name] ?? 0n)) & 1n),
	);
};

/** What netwatch can use, and what for; `allows` is null where it does without. */
export const usedCapabilities: readonly {name: string; allows: string | null}[] = [
	{name: 'CAP_SYS_ADMIN', allows: 'ss and ip in the network namespaces of others (ip netns, containers)'},
	{name: 'CAP_SYS_PTRACE', allows: "who holds a socket, of other users' processes"},
	{name: 'CAP_NET_ADMIN', allows: null},
];

/**
 * What a process may not do of what netwatch wants to do.
 *
 * @param status The text of `/proc/PID/status`.
 * @param uid Its effective user.
 * @returns In a word and in a sentence; null where nothing is missing.
 */
export const missingCapabilities = (
	status: string,
	uid: number,
): {label: string; explanation: string} | null => {
	const capabilities = parseCapabilities(status);
	const missing = usedCapabilities.flatMap(({name, allows}) =>
		allows === null || capabilities.has(name) ? [] : [{name, allows}],
	);
	if (missing.length === 0) return null;
	const names = missing.map(({name}) => name).join(', ');
	return {
		label: uid === 0 ? 'few rights' : 'not root',
		explanation: `netwatch runs without ${names} and cannot have: ${missing.map(({allows}) => allows).join('; ')}`,
	};
};
