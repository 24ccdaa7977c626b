/** Derived from the table of TCP info fields. */
import {type TcpInfo, type TcpInfoField, type TcpInfoName, tcpInfoFields} from './tcp-info-fields.ts';

const fields: Readonly<Record<TcpInfoName, TcpInfoField>> = tcpInfoFields;

/** The table's entries, in order. */
export const tcpInfoEntries: readonly (TcpInfoField & {name: TcpInfoName})[] = Object.entries(fields).map(
	([name, field]) => ({...field, name: name as TcpInfoName}),
);

const comparedNames = tcpInfoEntries.filter(({compare}) => compare).map(({name}) => name);

/** Compares two views by the fields that count as a change of the row. */
export const isSameTcpInfo = (one: TcpInfo | null, other: TcpInfo | null): boolean => {
	if (one === other) return true;
	if (one === null || other === null) return false;
	for (const name of comparedNames) if (one[name] !== other[name]) return false;
	return true;
};

/** A record with every field null. */
export const emptyTcpInfo: {readonly [Name in TcpInfoName]: null} = fill(() => null);

/** TCP info of a line with the required fields only; their 0 is a placeholder. Copy before use. */
export const absentTcpInfo: Readonly<TcpInfo> = fill(({absent}) => (absent === 'required' ? 0 : absent));

/**
 * Parses JSON, because V8 lays out a parsed object at once: an object built key by key becomes a dictionary.
 */
function fill<Filled>(valueFor: (field: TcpInfoField) => number | null): Filled {
	return JSON.parse(
		JSON.stringify(Object.fromEntries(tcpInfoEntries.map(each => [each.name, valueFor(each)]))),
	);
}
