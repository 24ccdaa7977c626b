/** The newest messages of netwatch itself. */
import type {Notice} from '../../domain/row.ts';

export type Notices = {
	readonly list: readonly Notice[];
	add(notice: Notice): void;
	/** A warning of the model itself, without an input. */
	addOwn(source: string, message: string, at: number): void;
	/** Notices since the last call. */
	takeOwn(): Notice[];
};

/** @param limit how many are kept; the oldest go first */
export function createNotices(limit: number): Notices {
	const list: Notice[] = [];
	let ownNotices: Notice[] = [];
	const addTo = (notices: Notice[], notice: Notice): void => {
		notices.push(notice);
		if (notices.length > limit) notices.shift();
	};
	return {
		list,
		add: notice => addTo(list, notice),
		addOwn(source, message, at) {
			const notice: Notice = {at, level: 'warn', source, message};
			addTo(list, notice);
			addTo(ownNotices, notice);
		},
		takeOwn() {
			const taken = ownNotices;
			ownNotices = [];
			return taken;
		},
	};
}
