/** Notices about a missing tool or right: the lost view, the reason, the substitute, the remedy. */
import type {ShellFailure} from './child/shell.ts';

/** A namespace, and the process whose /proc files are read for it; 'self' for netwatch's own. */
export type NamespaceTarget = {netns: string; pid: number | 'self'};

/** The Debian package of each tool that may be missing. */
const packageNames: Readonly<Record<string, string>> = {
	ss: 'iproute2',
	ip: 'iproute2',
	nsenter: 'util-linux',
};

/** The notice of a view without a substitute. */
export const viewUnavailableMessage = (view: string, reason: string, missingTool: string | null): string => {
	const hint = installHint(missingTool);
	if (busyBoxPattern.test(reason))
		return `${view} is off: BusyBox has an ip that cannot answer; ${installHint('ip')}`;
	return hint === null
		? `${view} is off: ${reason}${notPermittedPattern.test(reason) ? '; run netwatch as root' : ''}`
		: `${missingTool} not found: ${hint}; ${view} is off`;
};

/** The notice of a failed ss: /proc is the substitute. */
export const ssUnavailableMessage = (
	target: NamespaceTarget,
	{reason, missingTool}: ShellFailure,
): string => {
	const entryMessage = entryUnavailableMessage(target, reason, missingTool);
	if (entryMessage !== null) return entryMessage;
	const hint = installHint(missingTool);
	const cause = hint === null ? `ss does not work: ${reason}` : `${missingTool} not found: ${hint}`;
	return `${cause}; ${fallbackNote(target)}`;
};

/**
 * The notice of a namespace that cannot be entered, the same for all views of it; null where the failure is
 * another one.
 */
export const entryUnavailableMessage = (
	target: NamespaceTarget,
	reason: string,
	missingTool: string | null,
): string | null => {
	if (target.pid === 'self') return null;
	if (missingTool === 'nsenter')
		return `nsenter not found: ${installHint(missingTool)}; ${fallbackNote(target)}, and there are no routes`;
	return entryFailedPattern.test(reason) ? entryDeniedMessage(target, extractReason(reason)) : null;
};

/** The notice of a missing right to enter a namespace. */
export const entryDeniedMessage = (target: NamespaceTarget, reason: string): string =>
	`network namespace ${target.netns} cannot be entered: ${reason}; ${fallbackNote(target)}, and there are no routes; run netwatch as root`;

/** Alpine's ip before iproute2 is installed: it supports neither -j nor -batch, and prints its usage. */
const busyBoxPattern = /^ip [^:]*: BusyBox v/;

const notPermittedPattern = /Operation not permitted|Permission denied/;
// nsenter: reassociate to namespace 'ns/net' failed: Operation not permitted
const entryFailedPattern =
	/nsenter: .*(?:namespace|open).*(?:Operation not permitted|Permission denied|Invalid argument)/;

const extractReason = (reason: string): string => /nsenter: [^(]*/.exec(reason)?.[0].trim() ?? reason;

const fallbackNote = ({pid}: NamespaceTarget): string =>
	`sockets are read from /proc/${pid === 'self' ? '' : `${pid}/`}net/tcp, without TCP info, backlogs and cookies`;

const installHint = (missingTool: string | null): string | null => {
	const name = missingTool === null ? undefined : packageNames[missingTool];
	return name === undefined
		? null
		: `install ${name} (Debian: apt-get install ${name}, Alpine: apk add ${name})`;
};
