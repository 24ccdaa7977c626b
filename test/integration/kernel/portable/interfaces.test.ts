import {expect, test} from 'vitest';
import {readSystemInfoInterfaces} from '../../../../source/kernel/portable/interfaces.ts';

test('the interfaces from systeminformation include the loopback interface of this host', async () => {
	const found = await readSystemInfoInterfaces();
	expect(found).toContainEqual(
		expect.objectContaining({kind: 'loopback', addresses: expect.arrayContaining(['127.0.0.1/8'])}),
	);
	expect(found.find(({kind}) => kind === 'loopback')?.inBytes).not.toBeNull();
});
