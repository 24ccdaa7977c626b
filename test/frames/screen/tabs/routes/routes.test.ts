import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {layoutColumns} from '../../../../../source/screen/table/layout.ts';
import {destinationTable, interfaceTable} from '../../../../../source/screen/tabs/routes/routes.ts';
import {makeRow} from '../../../../helpers/model/row.ts';
import {type Drawn, draw} from '../../../../helpers/screen/draw.tsx';
import {address, makeModel} from '../../../../helpers/screen/sample-model.ts';
import {
	makeInterface,
	makeSummary,
	networkModel,
	sampleInterfaces,
	sampleNetns,
} from '../../../../helpers/screen/sample-network.ts';

const open = (columns = 80, rows = 24): Drawn => {
	const screen = draw({model: networkModel(), columns, rows});
	screen.press('4');
	return screen;
};
const lineOf = (screen: Drawn, text: string): string =>
	screen.lines().find(line => line.includes(text)) ?? '';

const many = (count: number): Drawn => {
	const rows = Array.from({length: count}, (_, index) =>
		makeRow({peer: address(`10.1.${Math.floor(index / 250)}.${1 + (index % 250)}`, 443)}),
	);
	const interfaces = new Map([[sampleNetns, sampleInterfaces()]]);
	const screen = draw({model: makeModel(rows, {interfaces})});
	screen.press('4');
	return screen;
};

describe('the destinations in use', () => {
	it('are listed with device, source, gateway, table and mtu, and their number of sockets', () => {
		const screen = open();
		expect(screen.lines()[2]).toContain('4 routes 6');
		expect(lineOf(screen, '10.0.0.9 ')).toMatch(/^ 10\.0\.0\.9 +3 +10\.0\.0\.5 +eth0 +10\.0\.0\.1 +main +–$/);
		expect(lineOf(screen, '127.0.0.1 ')).toMatch(/^ 127\.0\.0\.1 +1 +127\.0\.0\.1 +lo +none +local +–$/);
	});

	it('have a mark where the sockets have another source than the route would choose, and that source', () => {
		expect(lineOf(open(), '203.0.113.5')).toMatch(/ 1 +≠ 10\.8\.0\.2 +wg0 +none +51820 +1420$/);
		expect(lineOf(open(120), '203.0.113.5')).toMatch(/ ≠ 10\.8\.0\.2 +wg0 +none +10\.0\.0\.5 +51820 +1420$/);
		expect(
			open()
				.lines()
				.filter(line => line.includes('≠')),
		).toHaveLength(1);
	});

	it("show the kernel's refusal in words where there is no route", () => {
		expect(lineOf(open(), '192.0.2.7')).toMatch(/^ 192\.0\.2\.7 +1 +– +Network is unreachable$/);
	});

	it('show the refusal in one word where the terminal is narrow', () => {
		expect(lineOf(open(40), '192.0.2.7')).toMatch(/^ 192\.0\.2\.7 +1 +unreachable$/);
	});

	it('say so where their route is not known yet', () => {
		expect(lineOf(open(), '10.9.9.9')).toMatch(/ 10\.0\.0\.5 +– +– +– +–$/);
	});

	it('keep both ends of an address that is too long', () => {
		expect(lineOf(open(), '2001:db')).toMatch(/^ 2001:db…50:6000 /);
		expect(lineOf(open(200), '2001:db')).toContain('2001:db8:10:20:30:40:50:6000');
	});

	it('say so where there are none', () => {
		const screen = draw({model: makeModel()});
		screen.press('4');
		expect(screen.lines().join('\n')).toContain('no open connection leads anywhere');
		expect(screen.lines().join('\n')).toContain('the interfaces are not known');
	});

	it('do not include those of closed rows', () => {
		const screen = open();
		for (const row of screen.model.rows.values()) row.closedAt = row.openedAt;
		screen.changed();
		expect(screen.lines().join('\n')).toContain('no open connection leads anywhere');
	});
});

describe('the interfaces', () => {
	it('are listed with state, kind, addresses, mtu, rates and drops', () => {
		const screen = open();
		expect(lineOf(screen, '10.0.0.5/24')).toMatch(
			/^ eth0 +UP +hardware +10\.0\.0\.5\/24 \+1 +1500 +12k +47k +0 +0$/,
		);
		expect(lineOf(screen, 'wireguard')).toMatch(
			/^ wg0 +UNKNOWN +wireguard +10\.8\.0\.2\/32 +1420 +– +– +0 +0$/,
		);
		expect(lineOf(screen, 'bridge')).toMatch(/ 14 +0$/);
		expect(lineOf(open(120), 'veth9a01')).toMatch(/ veth +none .* br-4c1f /);
		expect(lineOf(screen, 'DOWN')).toContain('eth1');
	});

	it('of several namespaces are kept apart, as are the routes', () => {
		const model = networkModel();
		model.interfaces = new Map([...model.interfaces, ['4026532999', [makeInterface({name: 'inner0'})]]]);
		const screen = draw({model, columns: 120});
		screen.press('4');
		expect(lineOf(screen, 'inner0')).toMatch(/ 4026532999$/);
		expect(lineOf(screen, 'wireguard')).toMatch(/ 4026531840$/);
		expect(lineOf(screen, '203.0.113.5')).toMatch(/ 4026531840$/);
	});

	it('do not change while paused', () => {
		const screen = open();
		screen.press('p');
		const before = screen.lines().slice(3);
		screen.model.interfaces = new Map();
		screen.model.rows.clear();
		screen.changed();
		expect(screen.lines().slice(3)).toEqual(before);
		screen.press('1', '4');
		expect(screen.lines().slice(3)).toEqual(before);
	});
});

describe('the tab of the routes', () => {
	it('keeps the interfaces visible under many destinations; the destinations scroll first', () => {
		const screen = many(40);
		const first = () => screen.lines()[4]?.trim().split(' ')[0];
		const lastInterface = () => screen.lines().findLast(line => /UP|DOWN|UNKNOWN/.test(line));
		expect(first()).toBe('10.1.0.1');
		expect(lineOf(screen, ' lo ')).toContain('loopback');
		screen.press('down', 'down');
		expect(first()).toBe('10.1.0.3');
		expect(lineOf(screen, ' lo ')).toContain('loopback');
		screen.press('G');
		expect(screen.lines().join('\n')).toContain('10.1.0.40 ');
		expect(lastInterface()).toContain('eth1');
		screen.press('g');
		expect(first()).toBe('10.1.0.1');
	});

	it.each([
		[40, 8],
		[40, 12],
		[80, 24],
		[120, 40],
		[200, 60],
	])('fills %i×%i and no more, at any scroll position', (columns, rows) => {
		const screen = open(columns, rows);
		for (const key of ['g', 'down', 'pagedown', 'G']) {
			screen.press(key);
			const lines = screen.lines();
			expect(lines).toHaveLength(rows);
			expect(lines.every(line => stringWidth(line) <= columns)).toBe(true);
			expect(lines.some(line => line.includes('destination '))).toBe(true);
			expect(lines.some(line => line.includes('interface '))).toBe(true);
		}
		expect(screen.lines().join('\n')).toContain('eth1');
	});

	it('counts the sockets of destinations that are not listed', () => {
		const screen = many(4100);
		expect(screen.lines().join('\n')).toContain('4 sockets lead to still other destinations');
	});

	it('shows the counters of the namespace below, as many as there is room for', () => {
		const model = networkModel();
		const ephemeral = {local: '10.0.0.5', peer: 'fd00::9', peerPort: 443, used: 3, range: 28_232};
		const rates = {...makeSummary().rates, listenDrops: 0.04} as ReturnType<typeof makeSummary>['rates'];
		model.kernel = new Map([[sampleNetns, makeSummary({ephemeral, rates})]]);
		const screen = draw({model, columns: 200, rows: 40});
		screen.press('4');
		expect(lineOf(screen, 'TIME-WAIT')).toContain(
			'TIME-WAIT 12 of 8.2k · ports 3 of 28k to [fd00::9]:443 · listen drops 98 +0.1/s · overflows 96 · retrans 310',
		);
		expect(lineOf(open(40, 24), 'TIME-WAIT')).toBe(' TIME-WAIT 12 of 8.2k');
	});
});

describe('the columns', () => {
	it.each([
		[
			'destinations',
			(width: number) => layoutColumns(width, destinationTable(false)),
			40,
			['destination', 'sockets', 'differs', 'device'],
		],
		[
			'destinations',
			(width: number) => layoutColumns(width, destinationTable(false)),
			80,
			['destination', 'sockets', 'differs', 'source', 'device', 'gateway', 'table', 'mtu'],
		],
		[
			'interfaces',
			(width: number) => layoutColumns(width, interfaceTable(false)),
			40,
			['interface', 'state', 'addresses'],
		],
		[
			'interfaces',
			(width: number) => layoutColumns(width, interfaceTable(false)),
			80,
			['interface', 'state', 'kind', 'addresses', 'mtu', 'in', 'out', 'dropped', 'errors'],
		],
		[
			'interfaces',
			(width: number) => layoutColumns(width, interfaceTable(true)),
			40,
			['interface', 'state', 'addresses'],
		],
	] as const)('of the %s at a width', (_what, shown, width, expected) => {
		expect(shown(width).map(({column}) => column.id)).toEqual(expected);
	});
});
