/**
 * Regular expressions that cannot hang: no backtracking, every unit of the text is looked at once. What a person
 * types into a filter runs over thousands of rows at every frame, on the thread that draws the screen.
 */
import {accept, type Parsed} from '../parse-error.ts';
import {allCases, type CharacterSet, holds, isWordUnit} from './characters.ts';
import {compileProgram, type Instruction, instructionLimit, type Program} from './program.ts';
import {type Assertion, parseRegex} from './syntax.ts';

/** Does the expression match anywhere in the text? Only the first `textLimit` units are looked at. */
export type Matcher = (text: string) => boolean;

export const textLimit = 1024;

/** What the expressions of one filter may cost together, and what matching has cost. */
export type Costs = {
	/** Places that further expressions may have. */
	places: number;
	/** Instructions looked at so far: the work itself, whatever the machine. */
	steps: number;
};

export const freshCosts = (): Costs => ({places: instructionLimit, steps: 0});

/**
 * @param source what stands between the slashes; positions in a refusal are indexes into it
 * @param costs counted in place
 */
export const compileRegex = (
	source: string,
	ignoreCase: boolean,
	costs: Costs = freshCosts(),
): Parsed<Matcher> => {
	const node = parseRegex(source);
	if (!node.ok) {
		return node;
	}
	const program = compileProgram(node.value, costs.places);
	if (!program.ok) {
		return program;
	}
	costs.places -= program.value.instructions.length;
	return accept(matcher(program.value, ignoreCase, costs));
};

/** What stands on one side of a place in the text. */
type Side = 'edge' | 'word' | 'other';

/**
 * A state of the automaton: the instructions that may come next, found once and kept (a lazy DFA). `edges` holds
 * where each unit below 128 leads.
 */
type State = {
	places: readonly number[];
	before: Side;
	edges: (State | 'match' | undefined)[];
	atEnd: boolean | null;
};

const sideOf = (code: number): Side => (isWordUnit(code) ? 'word' : 'other');

const stateWith = (places: readonly number[], before: Side): State => ({
	places,
	before,
	edges: [],
	atEnd: null,
});

/** Beyond it the states are forgotten and found anew, so that memory stays bounded … */
const statesKept = 256;
/** … and when that keeps happening, keeping them does not pay for this expression and these texts. */
const forgettings = 16;
const ascii = 128;

const matcher = ({instructions, start}: Program, ignoreCase: boolean, costs: Costs): Matcher => {
	const states = new Map<string, State>();
	let forgotten = 0;
	let first = stateWith([], 'edge');
	const members = memberTables(instructions, ignoreCase);
	// An instruction is visited, or queued, once a unit: it is marked with the number of the turn.
	const visited = new Float64Array(instructions.length);
	const queued = new Float64Array(instructions.length);
	let turn = 0;

	const stateOf = (places: number[], before: Side): State => {
		if (forgotten >= forgettings) {
			return stateWith(places, before);
		}
		const key = `${before}${places.sort((left, right) => left - right).join()}`;
		const known = states.get(key);
		if (known) {
			return known;
		}
		if (states.size >= statesKept) {
			states.clear();
			forgotten++;
			// It leads to all the others: with it, they are free.
			first = stateWith([], 'edge');
		}
		const state = stateWith(places, before);
		states.set(key, state);
		return state;
	};

	// All instructions that are reached without reading: those that read, or null where the match is complete.
	const reach = (state: State, after: Side): number[] | null => {
		turn++;
		const readers: number[] = [];
		// A match may begin at every place.
		const pending = [...state.places, start];
		for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
			const instruction = instructions[index];
			if (!instruction || visited[index] === turn) {
				continue;
			}
			visited[index] = turn;
			costs.steps++;
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
					if (isTrue(instruction.assertion, state.before, after)) {
						pending.push(instruction.next);
					}
			}
		}
		return readers;
	};

	const read = (state: State, code: number): State | 'match' => {
		const side = sideOf(code);
		const readers = reach(state, side);
		if (readers === null) {
			return 'match';
		}
		const codes = ignoreCase ? allCases(code) : [code];
		const places: number[] = [];
		costs.steps += readers.length;
		for (const index of readers) {
			const instruction = instructions[index];
			if (instruction?.type !== 'set' || queued[instruction.next] === turn) {
				continue;
			}
			if (code < ascii ? members[index]?.[code] === 1 : holds(instruction.set, codes)) {
				queued[instruction.next] = turn;
				places.push(instruction.next);
			}
		}
		return stateOf(places, side);
	};

	return text => {
		let state = first;
		const length = Math.min(text.length, textLimit);
		for (let index = 0; index < length; index++) {
			const code = text.charCodeAt(index);
			let next = code < ascii ? state.edges[code] : undefined;
			if (next === undefined) {
				next = read(state, code);
				if (code < ascii && forgotten < forgettings) {
					state.edges[code] = next;
				}
			}
			if (next === 'match') {
				return true;
			}
			state = next;
		}
		if (text.length > length) {
			// The text goes on: a match may end here, but `$` does not hold.
			return reach(state, sideOf(text.charCodeAt(length))) === null;
		}
		state.atEnd ??= reach(state, 'edge') === null;
		return state.atEnd;
	};
};

/** For each instruction that reads: 1 for each unit below 128 that it takes. */
const memberTables = (
	instructions: readonly Instruction[],
	ignoreCase: boolean,
): readonly (Uint8Array | null)[] => {
	// A repetition that is written out shares its set.
	const tables = new Map<CharacterSet, Uint8Array>();
	return instructions.map(instruction => {
		if (instruction.type !== 'set') {
			return null;
		}
		const {set} = instruction;
		const table = tables.get(set) ?? memberTable(set, ignoreCase);
		tables.set(set, table);
		return table;
	});
};

const memberTable = (set: CharacterSet, ignoreCase: boolean): Uint8Array =>
	Uint8Array.from({length: ascii}, (_, code) => (holds(set, ignoreCase ? allCases(code) : [code]) ? 1 : 0));

const isTrue = (assertion: Assertion, before: Side, after: Side): boolean => {
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
