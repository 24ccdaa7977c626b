import type {RouteInputs} from '../../domain/route.ts';
import {type ChildOptions, spawnChild} from '../child/child.ts';
import {createIpBatch, type IpBatch} from './batch.ts';
import {type PolicyRule, parseRules} from './parse-rules.ts';

/** What decides about routes beside the destination, of one address family in a namespace. */
export type RoutingPolicy = {
	rules: readonly PolicyRule[];
	/** The way depends on the source: by rules, or by the choice among several next hops. */
	readsSource: boolean;
	/** Routes with several next hops; unknown where there are too many routes to read. */
	multipath: 'none' | 'some' | 'unknown';
	/** The kernel chooses the next hop by the two addresses alone, so that a query has its choice. */
	hashesAddresses: boolean;
};

export type RoutingPolicies = {
	/** The policy, from the cache or read by one short-lived ip (about 5 ms). */
	get: (family: 4 | 6) => Promise<RoutingPolicy>;
	/** Drops the cached policies after a change. */
	clear: () => void;
	close: () => Promise<void>;
};

export type RoutingPoliciesOptions = ChildOptions & {
	now: () => number;
	/** Lifetime of a cached policy in ms. */
	maxAgeMs: number;
	/** Called when something else than before decides about routes of any family. */
	onInputs?: (inputs: RouteInputs) => void;
};

type CachedPolicy = {policy: Promise<RoutingPolicy>; at: number};

/** About two thousand routes, 5 ms; of more, each destination is asked for by itself. */
const maxRoutesLength = 256 * 1024;
const deadlineMs = 2000;

/** The three rules of every namespace, and routes of one next hop. */
const plainPolicy: RoutingPolicy = {
	rules: [],
	readsSource: false,
	multipath: 'none',
	hashesAddresses: true,
};

const plainInputs: RouteInputs = {source: false, selectors: []};

export const createRoutingPolicies = (options: RoutingPoliciesOptions): RoutingPolicies => {
	const {now, maxAgeMs, onInputs} = options;
	let policies = new Map<4 | 6, CachedPolicy>();
	const running = new Set<() => Promise<void>>();
	const inputsOf = new Map<4 | 6, RouteInputs>();
	let reported = JSON.stringify(plainInputs);
	let hasManyRoutes = false;
	let closed = false;

	const read = async (family: 4 | 6): Promise<RoutingPolicy> => {
		if (closed) return plainPolicy;
		const batch = createIpBatch({
			...options,
			flags: [`-${family}`],
			deadlineMs,
			maxConsecutiveExits: 1,
			maxReplyLength: maxRoutesLength,
		});
		running.add(batch.close);
		try {
			const ruleReply = await batch.request({line: 'rule show'});
			const parsed = ruleReply.kind === 'line' ? parseRules(ruleReply.line) : null;
			const rules = parsed?.ok ? parsed.value : [];
			const multipath = await readMultipath(batch);
			return {
				rules,
				multipath,
				readsSource: multipath !== 'none' || rules.some(({isDefault}) => !isDefault),
				hashesAddresses: multipath === 'none' || (await hashesAddresses(family)),
			};
		} finally {
			running.delete(batch.close);
			await batch.close();
		}
	};

	const readMultipath = async (batch: IpBatch): Promise<RoutingPolicy['multipath']> => {
		if (hasManyRoutes) return 'unknown';
		const reply = await batch.request({line: 'route show table all'});
		if (reply.kind === 'line') return reply.line.includes('"nexthops"') ? 'some' : 'none';
		hasManyRoutes = reply.kind === 'none' && reply.reason.includes('wrote more than');
		return hasManyRoutes ? 'unknown' : 'none';
	};

	/**
	 * IPv6 also hashes the flow label, which the socket draws. By ports, no query has the choice, as the kernel
	 * makes it before it has chosen the port; by neighbours, it may be another one later.
	 */
	const hashesAddresses = async (family: 4 | 6): Promise<boolean> => {
		if (family === 6) return false;
		const started = spawnChild(['cat', ...hashSettings], options);
		if (!started.ok) return false;
		const {stdin, stdout, stderr, exited, kill} = started.value;
		let text = '';
		stdin.end();
		stderr.resume();
		stdout.setEncoding('utf8').on('data', (part: string) => {
			text = (text + part).slice(0, 64);
		});
		const end = async (): Promise<void> => {
			kill();
			await exited;
		};
		running.add(end);
		await exited;
		running.delete(end);
		return text === '0\n0\n';
	};

	const reportInputs = (family: 4 | 6, {rules, readsSource}: RoutingPolicy): void => {
		const selectors = rules
			.filter(({protocol, localPorts, peerPorts}) => protocol !== null || localPorts || peerPorts)
			.map(({protocol, localPorts, peerPorts}) => ({protocol, localPorts, peerPorts}));
		inputsOf.set(family, {source: readsSource, selectors});
		const all = [...inputsOf.values()];
		const inputs = {
			source: all.some(({source}) => source),
			selectors: all.flatMap(each => each.selectors),
		};
		const text = JSON.stringify(inputs);
		if (text === reported || closed) return;
		reported = text;
		onInputs?.(inputs);
	};

	return {
		get: family => {
			const known = policies.get(family);
			if (known !== undefined && now() - known.at <= maxAgeMs) return known.policy;
			const policy = read(family).then(answer => {
				reportInputs(family, answer);
				return answer;
			});
			policies.set(family, {policy, at: now()});
			return policy;
		},
		clear: () => {
			policies = new Map();
		},
		close: async () => {
			closed = true;
			await Promise.all([...running].map(end => end()));
		},
	};
};

const hashSettings = ['fib_multipath_hash_policy', 'fib_multipath_use_neigh'].map(
	name => `/proc/sys/net/ipv4/${name}`,
);
