/** The bits of include/uapi/linux/capability.h that netwatch checks. */
const capabilityBits: Readonly<Record<string, bigint>> = {
	CAP_NET_ADMIN: 12n,
	CAP_SYS_PTRACE: 19n,
	CAP_SYS_ADMIN: 21n,
};

/**
 * Reads the effective capabilities of a process.
 *
 * @param status the text of `/proc/PID/status`
 * @returns the names of those that netwatch checks
 */
// CapEff:	000001ffffffffff
export const parseCapabilities = (status: string): ReadonlySet<string> => {
	const mask = /^CapEff:\s*([\da-f]{1,16})\s*$/im.exec(status)?.[1];
	const effective = BigInt(`0x${mask ?? '0'}`);
	return new Set(
		Object.keys(capabilityBits).filter(name => (effective >> (capabilityBits[name] ?? 0n)) & 1n),
	);
};

/** The capabilities that netwatch can use; `allows` is null for one that it does without. */
export const usedCapabilities: readonly {name: string; allows: string | null}[] = [
	{name: 'CAP_SYS_ADMIN', allows: 'ss and ip in the network namespaces of others (ip netns, containers)'},
	{name: 'CAP_SYS_PTRACE', allows: "the holder of a socket, among other users' processes"},
	{name: 'CAP_NET_ADMIN', allows: null},
];

/**
 * Finds the capabilities that netwatch would use and a process lacks.
 *
 * @param status the text of `/proc/PID/status`
 * @param uid the effective user of the process
 * @returns a word and a sentence; null where nothing is missing
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
