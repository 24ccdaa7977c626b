/** An origin of a session's inputs: hooks, kernel, processes, routes, or a recording. */
import type {ModelInput} from '../domain/events.ts';
import type {Target, TargetExit} from './target.ts';

export type Emit = (input: ModelInput) => void;

/**
 * A session starts its sources in list order, and drains, ends and closes them in reverse order. Inputs are
 * applied synchronously, in the order emitted.
 */
export type Source = {
	/** @param target the watched program; null for a session without one, such as a recording's */
	start(emit: Emit, target: Target | null): void;
	/** Called after each input of any source that the model has applied. */
	onInput?(input: ModelInput): void;
	/** Called after the target's exit. Resolves when all pending inputs are emitted. */
	drain?(): Promise<void>;
	/** Called after all sources are drained: emits the inputs that follow from that. */
	end?(exit: TargetExit): void;
	/** Resolves when its child processes are gone. No input is emitted after that. */
	close(): void | Promise<void>;
};
