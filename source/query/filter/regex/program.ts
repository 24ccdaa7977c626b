import {type FilterResult, failure, success} from '../parse-error.ts';
import type {CharacterSet} from './characters.ts';
import type {Assertion, Node} from './syntax.ts';

/** A step of the automaton; numbers are indexes of other steps. */
export type Instruction =
	| {type: 'set'; set: CharacterSet; next: number}
	| {type: 'assertion'; assertion: Assertion; next: number}
	| {type: 'split'; ways: readonly [number, number]}
	| {type: 'match'};

export type Program = {instructions: readonly Instruction[]; start: number};

/** Instructions of one filter's programs, at most: they bound the time per unit of text. */
export const instructionLimit = 250;
/** Visits of the tree, at most: `((){1000}){1000}` makes no instruction, but a million visits. */
const visitLimit = 20_000;

/**
 * Thompson's construction: one instruction per position of the expression, repetitions unrolled.
 *
 * @param limit number of instructions, at most
 */
export const compileProgram = (node: Node, limit: number): FilterResult<Program> => {
	const instructions: Instruction[] = [{type: 'match'}];
	let visits = 0;

	const emitInstruction = (instruction: Instruction): number => instructions.push(instruction) - 1;
	const isOverLimit = (): boolean => instructions.length > limit || visits > visitLimit;

	// Builds from the end: each part receives its successor and returns its own first instruction.
	const emitNode = (part: Node, next: number): number => {
		visits++;
		if (isOverLimit()) {
			return next;
		}
		switch (part.type) {
			case 'set':
				return emitInstruction({type: 'set', set: part.set, next});
			case 'assertion':
				return emitInstruction({type: 'assertion', assertion: part.assertion, next});
			case 'sequence':
				return part.nodes.reduceRight((follow, one) => emitNode(one, follow), next);
			case 'choice':
				return part.nodes
					.map(one => emitNode(one, next))
					.reduceRight((rest, one) => emitInstruction({type: 'split', ways: [one, rest]}));
			case 'repeat':
				return emitRepeat(part, next);
		}
	};

	const emitRepeat = (part: Node & {type: 'repeat'}, next: number): number => {
		let start = next;
		if (part.max === Number.POSITIVE_INFINITY) {
			start = emitInstruction({type: 'split', ways: [next, next]});
			instructions[start] = {type: 'split', ways: [emitNode(part.node, start), next]};
		} else {
			for (let count = part.min; count < part.max && !isOverLimit(); count++) {
				start = emitInstruction({type: 'split', ways: [emitNode(part.node, start), next]});
			}
		}
		for (let count = 0; count < part.min && !isOverLimit(); count++) {
			start = emitNode(part.node, start);
		}
		return start;
	};

	const start = emitNode(node, 0);
	if (!isOverLimit()) {
		return success({instructions, start});
	}
	const others = limit < instructionLimit && instructions.length > limit ? ' beside those before it' : '';
	return failure(`the regular expression is too large${others}`, 0);
};
