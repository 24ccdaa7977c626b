'use strict';
// A DNS server (RFC 1035 §4) on UDP port 53 of 127.0.0.1, for a namespace of its own. The name selects the answer:
// `nxdomain…`, `servfail…`, `silent…` and `slow-MS…` (then well); every other name has the address 127.0.0.1.
// It prints {"fact":"query","name":…} for each question for an IPv4 address.
const dgram = require('node:dgram');
const {say} = require('../helpers/facts.cjs');

const typeA = 1;
const codes = {servfail: 2, nxdomain: 3};
const socket = dgram.createSocket('udp4');

socket.on('message', (query, {port, address}) => {
	const {name, end} = nameAt(query, 12);
	const type = query.readUInt16BE(end);
	if (type === typeA) say('query', {name});
	const [kind, number] = name.split(/[-.]/);
	if (kind === 'silent') return;
	const code = codes[kind] ?? 0;
	const hasAddress = code === 0 && type === typeA;
	const header = Buffer.alloc(12);
	query.copy(header, 0, 0, 2);
	// A response to a recursive query, with its code; one question, and one answer or none.
	header.writeUInt16BE(0x8180 | code, 2);
	header.writeUInt16BE(1, 4);
	header.writeUInt16BE(hasAddress ? 1 : 0, 6);
	// A pointer to the question's name, type A, class IN, 60 s, four bytes.
	const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
	const response = Buffer.concat([header, query.subarray(12, end + 4), ...(hasAddress ? [answer] : [])]);
	setTimeout(() => socket.send(response, port, address), kind === 'slow' ? Number(number) : 0);
});
socket.bind(53, '127.0.0.1', () => say('dns', {}));

/** The labels of a name up to the empty one. */
function nameAt(message, start) {
	const labels = [];
	let at = start;
	for (let length = message[at]; length > 0; length = message[at]) {
		labels.push(message.toString('latin1', at + 1, at + 1 + length));
		at += length + 1;
	}

	return {name: labels.join('.'), end: at + 1};
}
