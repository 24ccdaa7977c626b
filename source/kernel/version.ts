/** The version of iproute2, as far as it changes what ss prints. */
export type SsVersion = {major: number; minor: number};

/**
 * What `ss -V` says.
 *
 * @param text e.g. `ss utility, iproute2-6.1.0`; before 5.10 it carries a date: `ss utility, iproute2-ss190708`.
 * @returns null where it says something else.
 */
export const parseSsVersion = (text: string): SsVersion | null => {
	const numbered = /iproute2-v?(\d{1,3})\.(\d{1,3})/.exec(text);
	if (numbered) return {major: Number(numbered[1]), minor: Number(numbered[2])};
	const dated = /iproute2-ss(\d{6})/.exec(text);
	// 5.2.0 was released as ss190708. Which version exactly an older or newer date means changes nothing here.
	if (dated) return Number(dated[1]) >= 190_708 ? {major: 5, minor: 2} : {major: 5, minor: 0};
	return null;
};

/** `-O` prints a socket on one line (iproute2 5.2). An unknown version is taken for a newer one. */
export const hasOneLine = (version: SsVersion | null): boolean => !before(version, 5, 2);

/** Up to 6.11 the timer prints 3.316 seconds as `3.316ms`. */
export const printsSecondsAsMs = (version: SsVersion | null): boolean =>
	version === null || before(version, 6, 12);

const before = (version: SsVersion | null, major: number, minor: number): boolean =>
	version !== null && (version.major < major || (version.major === major && version.minor < minor));
