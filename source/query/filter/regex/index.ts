/**
 * Regular expressions in linear time: no backtracking, every unit of the text is read once. A filter's
 * expression runs over thousands of rows per frame, on the thread that draws the screen.
 */
import {type FilterResult, success} from '../parse-error.ts';
import {type CharacterSet, caseVariants, isWordUnit, setContains} from './characters.ts';
import {compileProgram, type Instruction, instructionLimit, type Program} from './program.ts';
import {type Assertion, parseRegex} from './syntax.ts';

/** Does the expression match anywhere in the text? Only the first `textLimit` units are read. */
export type Matcher = (text: string) => boolean;

export const textLimit = 1024;

/** Budget of a filter's expressions, and the cost of matching so far. */
export type RegexBudget = {
	/** Instructions left for further expressions. */
	instructionsLeft: number;
	/** Instructions visited so far: a machine-independent measure of work. */
	stepsTaken: number;
};

export const createRegexBudget = (): RegexBudget => ({instructionsLeft: instructionLimit, stepsTaken: 0});

/**
 * @param source the text between the slashes; error positions are indexes into it
 * @param costs updated in place
 */
export const compileRegex = (
	source: string,
	ignoreCase: boolean,
	costs: RegexBudget = createRegexBudget(),
): FilterResult<Matcher> => {
	const node = parseRegex(source);
	if (!node.ok) {
		return node;
	}
	const program = compileProgram(node.value, costs.instructionsLeft);
	if (!program.ok) {
		return program;
	}
	costs.instructionsLeft -= program.value.instructions.length;
	return success(createMatcher(program.value, ignoreCase, costs));
};

/** The kind of unit on one side of a position. */
type Side = 'edge' | 'word' | 'other';

/**
 * A state of the automaton: the set of possible next instructions, cached (a lazy DFA). `edges` holds the
 * next state for each unit below 128.
 */
type DfaState = {
	instructionIndexes: readonly number[];
	side: Side;
	transitions: (DfaState | 'match' | undefined)[];
	acceptsAtEnd: boolean | null;
};

const sideOf = (code: number): Side => (isWordUnit(code) ? 'word' : 'other');

const createState = (places: readonly number[], before: Side): DfaState => ({
	instructionIndexes: places,
	side: before,
	transitions: [],
	acceptsAtEnd: null,
});

/** Beyond this number the cache of states is cleared, so that memory stays bounded … */
const stateLimit = 256;
/** … and after this many clearings the cache is not worth its cost for this expression and these texts. */
const cacheResetLimit = 16;
const asciiSize = 128;

const createMatcher = ({instructions, start}: Program, ignoreCase: boolean, costs: RegexBudget): Matcher => {
	const states = new Map<string, DfaState>();
	let cacheResets = 0;
	let first = createState([], 'edge');
	const asciiTables = asciiMembershipTables(instructions, ignoreCase);
	// An instruction is visited, or queued, once per unit: its mark is the number of the turn.
	const visited = new Float64Array(instructions.length);
	const queued = new Float64Array(instructions.length);
	let generation = 0;

	const internState = (places: number[], before: Side): DfaState => {
		if (cacheResets >= cacheResetLimit) {
			return createState(places, before);
		}
		const key = `${before}${places.sort((left, right) => left - right).join()}`;
		const cached = states.get(key);
		if (cached) {
			return cached;
		}
		if (states.size >= stateLimit) {
			states.clear();
			cacheResets++;
			// Every other instruction is reachable from here, so with it they are free.
			first = createState([], 'edge');
		}
		const state = createState(places, before);
		states.set(key, state);
		return state;
	};

	// The closure: all reading instructions reachable without input, or null when the match is complete.
	const epsilonClosure = (state: DfaState, after: Side): number[] | null => {
		generation++;
		const readers: number[] = [];
		// A match may begin at every position.
		const pending = [...state.instructionIndexes, start];
		for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
			const instruction = instructions[index];
			if (!instruction || visited[index] === generation) {
				continue;
			}
			visited[index] = generation;
			costs.stepsTaken++;
			switch (instruction.type) {
				case 'match':
					return null;
				case 'set':
					readers.push(index);
					break;
				case 'split':
					pending.push(instruction.ways[0], instruction.ways[1]);
					break;
				case 'assertion':
					if (assertionHolds(instruction.assertion, state.side, after)) {
						pending.push(instruction.next);
					}
			}
		}
		return readers;
	};

	const step = (state: DfaState, code: number): DfaState | 'match' => {
		const side = sideOf(code);
		const readers = epsilonClosure(state, side);
		if (readers === null) {
			return 'match';
		}
		const codes = ignoreCase ? caseVariants(code) : [code];
		const places: number[] = [];
		costs.stepsTaken += readers.length;
		for (const index of readers) {
			const instruction = instructions[index];
			if (instruction?.type !== 'set' || queued[instruction.next] === generation) {
				continue;
			}
			if (code < asciiSize ? asciiTables[index]?.[code] === 1 : setContains(instruction.set, codes)) {
				queued[instruction.next] = generation;
				places.push(instruction.next);
			}
		}
		return internState(places, side);
	};

	return text => {
		let state = first;
		const length = Math.min(text.length, textLimit);
		for (let index = 0; index < length; index++) {
			const code = text.charCodeAt(index);
			let next = code < asciiSize ? state.transitions[code] : undefined;
			if (next === undefined) {
				next = step(state, code);
				if (code < asciiSize && cacheResets < cacheResetLimit) {
					state.transitions[code] = next;
				}
			}
			if (next === 'match') {
				return true;
			}
			state = next;
		}
		if (text.length > length) {
			// More text follows: a match may end here, but `$` does not hold.
			return epsilonClosure(state, sideOf(text.charCodeAt(length))) === null;
		}
		state.acceptsAtEnd ??= epsilonClosure(state, 'edge') === null;
		return state.acceptsAtEnd;
	};
};

/** For each reading instruction: 1 for each unit below 128 that it accepts. */
const asciiMembershipTables = (
	instructions: readonly Instruction[],
	ignoreCase: boolean,
): readonly (Uint8Array | null)[] => {
	// Unrolled repetitions share their set.
	const tables = new Map<CharacterSet, Uint8Array>();
	return instructions.map(instruction => {
		if (instruction.type !== 'set') {
			return null;
		}
		const {set} = instruction;
		const table = tables.get(set) ?? asciiMembershipTable(set, ignoreCase);
		tables.set(set, table);
		return table;
	});
};

const asciiMembershipTable = (set: CharacterSet, ignoreCase: boolean): Uint8Array =>
	Uint8Array.from({length: asciiSize}, (_, code) =>
		setContains(set, ignoreCase ? caseVariants(code) : [code]) ? 1 : 0,
	);

const assertionHolds = (assertion: Assertion, before: Side, after: Side): boolean => {
	switch (assertion) {
		case 'start':
			return before === 'edge';
		case 'end':
			return after === 'edge';
		case 'boundary':
			return (before === 'word') !== (after === 'word');
		case 'no-boundary':
			return (before === 'word') === (after === 'word');
	}
};
