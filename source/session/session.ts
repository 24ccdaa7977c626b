/** One watched run: the inputs of its sources, applied to one model in one order. */
import type {ModelInput} from '../domain/events.ts';
import type {Output} from '../domain/output.ts';
import type {Clock} from '../intake/clock.ts';
import type {Model} from '../model/model.ts';
import {readNamespace} from '../procfs/namespace.ts';
import {redactArgv} from '../shared/redact.ts';
import {sanitize} from '../text/sanitize.ts';
import {createOutputs} from './outputs.ts';
import type {Source} from './source.ts';
import type {Target, TargetExit} from './target.ts';

export type SessionOptions = {
	model: Model;
	clock: Pick<Clock, 'now'>;
	/** In start order. */
	sources: readonly Source[];
	/** The outputs receive the changes. */
	outputs: readonly Output[];
	/** Time between two drains of the model, in ms. */
	drainMs: number;
};

export type Session = {
	readonly model: Model;
	now(): number;
	apply(input: ModelInput): void;
	addNotice(level: 'info' | 'warn' | 'error', source: string, message: string): void;
	/**
	 * Starts the sources.
	 *
	 * @param target the command, already running; null where a source reports its own target
	 */
	start(target: Target | null): void;
	/** Call it after the target's exit. Resolves when all pending inputs of the sources are applied. */
	targetEnded(exit: TargetExit): Promise<void>;
	/** Ends the sources. Resolves when their child processes are gone. */
	close(): Promise<void>;
	/** Passes the last changes to the outputs. Resolves when everything is written. */
	endOutputs(): Promise<void>;
};

const clockIntervalMs = 250;

export function createSession({model, clock, sources, ...options}: SessionOptions): Session {
	const outputs = createOutputs(model, options.outputs);
	const reversed = sources.toReversed();
	const timers: NodeJS.Timeout[] = [];

	function apply(input: ModelInput): void {
		model.apply(input);
		outputs.event(input);
		for (const source of sources) source.onInput?.(input);
	}

	return {
		model,
		now: clock.now,
		apply,
		addNotice: (level, source, message) => apply({type: 'notice', at: clock.now(), level, source, message}),
		start(target) {
			if (target !== null) apply(sessionInput(target, clock.now()));
			for (const source of sources) source.start(apply, target);
			timers.push(
				setInterval(() => apply({type: 'clock', at: clock.now()}), clockIntervalMs),
				setInterval(() => outputs.drain(clock.now()), options.drainMs),
			);
		},
		async targetEnded({exitCode, signal}) {
			for (const source of reversed) await source.drain?.();
			for (const source of reversed) source.end?.({exitCode, signal});
			apply({type: 'ended', at: clock.now(), exitCode, signal});
		},
		async close() {
			for (const timer of timers) clearInterval(timer);
			for (const source of reversed) await source.close();
		},
		endOutputs: () => outputs.end(clock.now()),
	};
}

function sessionInput({command, pid}: Target, at: number): ModelInput {
	const own = readNamespace('self');
	const netns = own.ok ? own.value : null;
	return {type: 'session', at, command: redactArgv(command).map(sanitize), pid, netns};
}
