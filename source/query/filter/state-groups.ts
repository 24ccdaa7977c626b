import {type KernelState, kernelStates} from '../../domain/row.ts';

const allExcept = (...states: KernelState[]): readonly KernelState[] =>
	kernelStates.filter(state => !states.includes(state));

/** Values of `state:` besides the kernel's names: the names and groups of ss(8). */
export const stateGroups: Readonly<Record<string, readonly KernelState[]>> = {
	all: kernelStates,
	connected: allExcept('LISTEN', 'UNCONN'),
	synchronized: allExcept('LISTEN', 'UNCONN', 'SYN-SENT'),
	bucket: ['TIME-WAIT', 'SYN-RECV'],
	big: allExcept('TIME-WAIT', 'SYN-RECV'),
	listening: ['LISTEN'],
	established: ['ESTAB'],
	unconnected: ['UNCONN'],
	closed: ['UNCONN'],
	close: ['UNCONN'],
};

/** Every value of `state:`, and its states. */
export const stateNames: ReadonlyMap<string, readonly KernelState[]> = new Map([
	...kernelStates.map((state): [string, readonly KernelState[]] => [state.toLowerCase(), [state]]),
	...Object.entries(stateGroups),
]);
