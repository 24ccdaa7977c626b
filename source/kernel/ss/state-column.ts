import type {KernelState} from '../../domain/kernel.ts';

/**
 * Asked for the sockets of one state, ss prints no column of states.
 *
 * @param output What it wrote, with or without that column.
 * @returns The same with the column.
 */
// 0      511    127.0.0.1:35129 0.0.0.0:* ino:31706342 sk:9b647 <->
export const addStateColumn = (output: Buffer, state: KernelState): Buffer => {
	const text = output.toString('latin1').replace(/^Recv-Q .*\n/, '');
	return Buffer.from(text.replaceAll(/^(?=\d)/gm, `${state} `), 'latin1');
};
