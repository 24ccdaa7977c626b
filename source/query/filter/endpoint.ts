/** `local:` and `peer:`: an address, a range of addresses, an address with its port, or text that occurs. */
import type {Address, Row} from '../../domain/row.ts';
import {addressKey, addressRange, matchesAddress} from './address.ts';
import {type FilterResult, failure, quoted, success} from './parse-error.ts';
import type {Value} from './tokens.ts';
import {textTest, type ValueCompiler} from './values.ts';

/**
 * @param read the end's address
 * @param name another name of the end, matched when the value is text
 */
export const endpointWord =
	(read: (row: Row) => Address | null, name: (row: Row) => string | null): ValueCompiler =>
	(value, word) => {
		const exact = value.quoted ? success(null) : addressTest(value);
		if (!exact.ok) {
			return exact;
		}
		const test = exact.value;
		if (test) {
			return success(row => {
				const address = read(row);
				return address !== null && 'port' in address && test(address);
			});
		}
		const words = textTest(value, word);
		if (!words.ok) {
			return words;
		}
		return success(row => {
			const address = read(row);
			const also = name(row);
			return (
				(address !== null && matchesAddress(address, words.value)) || (also !== null && words.value(also))
			);
		});
	};

type Internet = Exclude<Address, {path: string}>;

// null: the value is no address, so it is text.
const addressTest = (value: Value): FilterResult<((address: Internet) => boolean) | null> => {
	if (value.operator !== null && value.operator !== '=') {
		return success(null);
	}
	const range = /^([\d.]+|[\da-f:.]*:[\da-f:.]*)\/(\d*)$/i.exec(value.text);
	if (range) {
		const addresses = range[2] === '' ? null : addressRange(range[1] ?? '', Number(range[2]));
		return addresses
			? success(address => {
					const key = addressKey(address.address);
					return key !== null && addresses.contains(key);
				})
			: failure(
					`${quoted(value.text)} is no range of addresses, as in 10.0.0.0/8 or fd00::/8`,
					value.position,
				);
	}
	const {host, port} = splitPort(value.text);
	if (port !== null && port > 65_535) {
		return failure(
			`${quoted(String(port))} is no port (0 to 65535)`,
			value.position + value.text.lastIndexOf(':') + 1,
		);
	}
	if (host === '') {
		return success(port === null ? null : address => address.port === port);
	}
	const wanted = addressKey(host);
	if (wanted === null) {
		return success(null);
	}
	return success(
		address => (port === null || address.port === port) && addressKey(address.address) === wanted,
	);
};

// 10.0.0.9:443, [::1]:80, :443, [::1]; an IPv6 address without brackets has no port.
const splitPort = (text: string): {host: string; port: number | null} => {
	const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,9}))?$/.exec(text);
	return match
		? {host: match[1] ?? match[2] ?? '', port: match[3] === undefined ? null : Number(match[3])}
		: {host: text, port: null};
};
