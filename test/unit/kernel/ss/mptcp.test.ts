import {describe, expect, test} from 'vitest';
import {isMptcpInUse} from '../../../../source/kernel/ss/mptcp.ts';

describe('MPTCP support', () => {
	const header = 'protocol  size sockets  memory press maxhdr  slab module     cl co di ac io\n';
	test.each([
		[
			'not where it has no sockets',
			'MPTCPv6   2064      0     180   no\nMPTCP     1936      0     180   no\n',
			false,
		],
		['by IPv4', 'MPTCPv6   2064      0     180   no\nMPTCP     1936     12     180   no\n', true],
		['by IPv6', 'MPTCPv6   2064      1     180   no\nMPTCP     1936      0     180   no\n', true],
		['not where the kernel has none', 'TCP       2304      1     180   no\n', false],
	])('%s', (_how, lines, expected) => {
		expect(isMptcpInUse(header + lines)).toBe(expected);
	});
});
