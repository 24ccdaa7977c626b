import type {Owner} from '../../domain/events.ts';
import type {KernelSocket} from '../../domain/kernel.ts';
import type {Reading} from './merge-kernel-view.ts';

export type Owners = ReadonlyMap<number, Owner>;
/** A look whose parts are coming. */
export type Look = Reading & {
	netns: string;
	owners: Owners;
	/** Sockets that may be some row's by their tuple or address: decided at the end. */
	waiting: KernelSocket[];
	/** Unix sockets, by inode: null where several have the same. */
	unix: Map<number, KernelSocket | null>;
	/** Some socket has an inode. */
	identifies: boolean;
	sockets: number;
	notShown: number;
};
