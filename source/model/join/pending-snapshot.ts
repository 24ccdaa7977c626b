import type {SocketOwner} from '../../domain/events.ts';
import type {KernelSocket} from '../../domain/kernel.ts';
import type {MergeContext} from './merge-kernel-view.ts';

export type Owners = ReadonlyMap<number, SocketOwner>;
/** A look whose parts are coming. */
export type PendingSnapshot = MergeContext & {
	netns: string;
	owners: Owners;
	/** Sockets that may be some row's by their tuple or address: decided at the end. */
	deferred: KernelSocket[];
	/** Unix sockets, by inode: null where several have the same. */
	unixByInode: Map<number, KernelSocket | null>;
	/** Some socket has an inode. */
	hasInodes: boolean;
	sockets: number;
	notShown: number;
};
