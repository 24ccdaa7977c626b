/** What derives from the table of the fields of TCP info for all who hold one. */
import {type TcpInfo, type TcpInfoField, type TcpInfoName, tcpInfoFields} from './tcp-info-fields.ts';

const fields: Readonly<Record<TcpInfoName, TcpInfoField>> = tcpInfoFields;

/** The table's entries in their order. */
export const tcpInfoEntries: readonly (TcpInfoField & {name: TcpInfoName})[] = Object.entries(fields).map(
	([name, field]) => ({...field, name: name as TcpInfoName}),
);

const comparedNames = tcpInfoEntries.filter(({compare}) => compare).map(({name}) => name);

/** Whether a change from one to the other is none of the row. */
export const isSameTcpInfo = (one: TcpInfo | null, other: TcpInfo | null): boolean => {
	if (one === other) return true;
	if (one === null || other === null) return false;
	for (const name of comparedNames) if (one[name] !== other[name]) return false;
	return true;
};

/** A record with each field, for what is known of none of them. */
export const emptyTcpInfo: {readonly [Name in TcpInfoName]: null} = fill(() => null);

/** TCP info of a line that has only the fields that no line lacks; their 0 is to be overwritten. To be copied. */
export const absentTcpInfo: Readonly<TcpInfo> = fill(({absent}) => (absent === 'required' ? 0 : absent));

/** As JSON, because V8 lays out the object of a parser in one piece: an object made key by key becomes a dictionary. */
function fill<Filled>(valueFor: (field: TcpInfoField) => number | null): Filled {
	return JSON.parse(
		JSON.stringify(Object.fromEntries(tcpInfoEntries.map(each => [each.name, valueFor(each)]))),
	);
}
