import {expect, test} from 'vitest';
import {lastDataEvidence} from '../../../../../source/model/diagnosis/evidence/data-flow.ts';
import {makeKernelView, makeRow, makeTcpInfo} from '../../../../helpers/model/row.ts';

const said = (info: Parameters<typeof makeTcpInfo>[0]): string[] =>
	lastDataEvidence(
		makeRow({kernel: makeKernelView({info: makeTcpInfo({lastSentMs: 4900, lastReceivedMs: 1200, ...info})})}),
	).map(({fact}) => fact);

test.each([
	[
		'both ways',
		{bytesSent: 10, bytesReceived: 20},
		['last data sent 4.900 s and received 1.200 s before this look'],
	],
	[
		'sent only',
		{bytesSent: 10, bytesReceived: 0},
		['last data sent 4.900 s before this look, and none received'],
	],
	[
		'received only',
		{bytesSent: 0, bytesReceived: 20},
		['last data received 1.200 s before this look, and none sent'],
	],
	[
		"one byte, which may be the other side's FIN",
		{bytesSent: 10, bytesReceived: 1},
		['last data sent 4.900 s before this look'],
	],
	['no data', {bytesSent: 0, bytesReceived: 0}, []],
	['a kernel that does not count what was sent', {bytesSent: null, bytesAcked: 0, bytesReceived: 0}, []],
	[
		'a kernel that does not count it, and acknowledged bytes',
		{bytesSent: null, bytesAcked: 11, bytesReceived: 0},
		['last data sent 4.900 s before this look, and none received'],
	],
])('the last data of a direction is dated only where some passed: %s', (_what, info, expected) => {
	expect(said(info)).toEqual(expected);
});
