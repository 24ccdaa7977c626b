/** What tells a session of the world: the hooks, the kernel, the processes, the routes, or a recording. */
import type {ModelInput} from '../domain/events.ts';
import type {Target, TargetExit} from './target.ts';

export type Emit = (input: ModelInput) => void;

/**
 * A session starts its sources in the order of their list, and drains, ends and closes them in the reverse order.
 * Inputs that a source emits are applied at once, in the order that they come.
 */
export type Source = {
	/** @param target the program that is watched; null for a session without one, such as of a recording */
	start(emit: Emit, target: Target | null): void;
	/** Called after each input of any source that the model has applied. */
	onInput?(input: ModelInput): void;
	/** The target has ended. Resolves when all that was on its way has been emitted. */
	drain?(): Promise<void>;
	/** All sources are drained: emits what follows from that. */
	end?(exit: TargetExit): void;
	/** Resolves when its helpers are gone. It emits nothing after that. */
	close(): void | Promise<void>;
};
