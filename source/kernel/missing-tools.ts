/** What is said when something cannot be had: what, why, what stands in for it, what to do. */
import type {ShellFailure} from './child/shell.ts';

/** A namespace, and the process by whose files it is read; 'self' where it is netwatch's own. */
export type Place = {netns: string; pid: number | 'self'};

/** Which Debian package brings what may be missing. */
const packages: Readonly<Record<string, string>> = {ss: 'iproute2', ip: 'iproute2', nsenter: 'util-linux'};

/** Of a view for which nothing stands in. */
export const howToGet = (view: string, reason: string, missing: string | null): string => {
	const install = installed(missing);
	if (busyBox.test(reason)) return `${view} is off: BusyBox has an ip that cannot answer; ${installed('ip')}`;
	return install === null
		? `${view} is off: ${reason}${notPermitted.test(reason) ? '; run netwatch as root' : ''}`
		: `${missing} not found: ${install}; ${view} is off`;
};

/** Of ss, for which /proc stands in. */
export const lossOfSs = (place: Place, {reason, missing}: ShellFailure): string => {
	const entry = lossOfEntry(place, reason, missing);
	if (entry !== null) return entry;
	const install = installed(missing);
	const why = install === null ? `ss does not work: ${reason}` : `${missing} not found: ${install}`;
	return `${why}; ${standIn(place)}`;
};

/** Of the way into a namespace: the same for all that goes there. null where that is not what is missing. */
export const lossOfEntry = (place: Place, reason: string, missing: string | null): string | null => {
	if (place.pid === 'self') return null;
	if (missing === 'nsenter')
		return `nsenter not found: ${installed(missing)}; ${standIn(place)}, and there are no routes`;
	return entryFailed.test(reason) ? lossOfRight(place, oneReason(reason)) : null;
};

/** Of the right to enter a namespace. */
export const lossOfRight = (place: Place, reason: string): string =>
	`network namespace ${place.netns} cannot be entered: ${reason}; ${standIn(place)}, and there are no routes; run netwatch as root`;

/** Alpine's ip before iproute2 is installed: it knows neither -j nor -batch, and prints its usage. */
const busyBox = /^ip [^:]*: BusyBox v/;

const notPermitted = /Operation not permitted|Permission denied/;
// nsenter: reassociate to namespace 'ns/net' failed: Operation not permitted
const entryFailed =
	/nsenter: .*(?:namespace|open).*(?:Operation not permitted|Permission denied|Invalid argument)/;

const oneReason = (reason: string): string => /nsenter: [^(]*/.exec(reason)?.[0].trim() ?? reason;

const standIn = ({pid}: Place): string =>
	`sockets are read from /proc/${pid === 'self' ? '' : `${pid}/`}net/tcp, without TCP info, backlogs and cookies`;

const installed = (missing: string | null): string | null => {
	const name = missing === null ? undefined : packages[missing];
	return name === undefined
		? null
		: `install ${name} (Debian: apt-get install ${name}, Alpine: apk add ${name})`;
};
