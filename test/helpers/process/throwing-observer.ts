/**
 * Put into a build of the hook that the fault tests make: one of its observers throws, and those that are called
 * are listed in a file. The product holds nothing of this.
 */
import {appendFileSync} from 'node:fs';

const {FAULT_IN, FAULT_AT, FAULT_LOG = ''} = process.env;

/** Calls of one observer that are listed at most. */
const listed = 5;

type Wrap = (name: string, observe: (...values: unknown[]) => unknown) => unknown;

/** @param place of the source that makes it */
export const faulty = (
	observer: Wrap,
	place: string,
	name: string,
	observe: (...values: unknown[]) => unknown,
): unknown => {
	let calls = 0;
	appendFileSync(FAULT_LOG, `made ${place} ${name}\n`);
	return observer(name, (...values) => {
		if (++calls <= listed) appendFileSync(FAULT_LOG, `call ${name}\n`);
		if (name === FAULT_IN && calls === Number(FAULT_AT)) throw new RangeError(`thrown in ${name}`);
		return observe(...values);
	});
};
