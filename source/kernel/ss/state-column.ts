import type {KernelState} from '../../domain/kernel.ts';

/**
 * Adds the state column that ss leaves out in a query for one state.
 *
 * @param output output of ss, with or without that column
 * @returns the same with the column
 */
// 0      511    127.0.0.1:35129 0.0.0.0:* ino:31706342 sk:9b647 <->
export const addStateColumn = (output: Buffer, state: KernelState): Buffer => {
	const text = output.toString('latin1').replace(/^Recv-Q .*\n/, '');
	return Buffer.from(text.replaceAll(/^(?=\d)/gm, `${state} `), 'latin1');
};
