import {describe, expect, test} from 'vitest';
import type {ModelInput} from '../../../source/domain/events.ts';
import {type RouteQuery, routeQueryOf} from '../../../source/domain/route.ts';
import type {RouteView, Row} from '../../../source/domain/row.ts';
import {watchRoutes} from '../../../source/session/route-watch.ts';
import {makeRow, openedAt} from '../../helpers/model/row.ts';

const route = (dev: string): RouteView => ({
	dst: '10.0.0.9',
	from: null,
	dev,
	src: '10.0.0.5',
	gateway: null,
	table: 'main',
	mtu: null,
	error: null,
});

const at = (address: string, port = 443) => ({address, port, family: 4}) as const;

/** A watch over these rows, whose requests are answered by hand. */
const watched = (rows: readonly Row[] = []) => {
	let wanted: RouteQuery[] = [];
	const asked: {words: string; answer: (route: RouteView | null) => void}[] = [];
	const applied: ModelInput[] = [];
	const watch = watchRoutes(
		{
			rows: new Map(rows.map(row => [row.id, row])),
			takeRouteQueries: () => wanted.splice(0),
			routeQueryOf: row => routeQueryOf(row),
		},
		{
			lookupRoute: (...words) =>
				new Promise(resolve => asked.push({words: words.slice(0, 4).map(String).join(' '), answer: resolve})),
		},
		{now: () => openedAt},
		input => applied.push(input),
	);
	const want = (...questions: Partial<RouteQuery>[]): void => {
		wanted = questions.map(question => ({
			...{netns: '7', address: '10.0.0.9', source: null, device: null},
			...question,
		}));
		watch.query();
	};
	return {watch, want, asked, applied};
};

/** Waits until the answers have been passed on. */
const handedOn = () => new Promise(resolve => setImmediate(() => setImmediate(resolve)));

describe('a route request of a row', () => {
	test('has source and device, and answers that arrive together are passed on together', async () => {
		const {want, asked, applied} = watched();
		want({source: '10.0.0.5'}, {address: 'fe80::9', device: 'eth0'}, {netns: '8'});
		expect(asked.map(({words}) => words)).toEqual([
			'7 10.0.0.9 null 10.0.0.5',
			'7 fe80::9 eth0 null',
			'8 10.0.0.9 null null',
		]);
		for (const {answer} of asked) answer(route('eth0'));
		await handedOn();
		expect(applied).toMatchObject([
			{type: 'routes', netns: '7', at: openedAt, answers: [{source: '10.0.0.5'}, {device: 'eth0'}]},
			{type: 'routes', netns: '8', answers: [{netns: '8', route: {dev: 'eth0'}}]},
		]);
	});

	test('has no answer where there is no ip', async () => {
		const {want, asked, applied} = watched();
		want({});
		asked[0]?.answer(null);
		await handedOn();
		expect(applied).toEqual([]);
	});

	test('waits while many requests are pending, and is made once', async () => {
		const {want, asked, watch} = watched();
		const questions = Array.from({length: 1000}, (_, index) => ({
			address: `10.0.${index >> 8}.${index & 255}`,
		}));
		want(...questions);
		want(...questions);
		const first = asked.length;
		expect(first).toBeLessThan(1000);
		for (let turn = 0; turn < asked.length; turn++) {
			asked[turn]?.answer(route('eth0'));
			await handedOn();
		}
		expect(new Set(asked.map(({words}) => words)).size).toBe(1000);
		// Requests pending when they were wanted again may be out of date: only they are repeated.
		expect(asked.length).toBe(1000 + first);
		expect(watch.dropped).toBe(0);
	});

	test('is dropped and counted beyond a limit', () => {
		const {want, watch} = watched();
		want(...Array.from({length: 20_000}, (_, index) => ({address: `10.1.${index >> 8}.${index & 255}`})));
		expect(watch.dropped).toBeGreaterThan(3000);
	});
});

describe('after a change of routes', () => {
	const row = (fields: Partial<Row> = {}): Row =>
		makeRow({...{netns: '7', local: at('10.0.0.5'), peer: at('10.0.0.9'), route: route('eth0')}, ...fields});

	test('each destination in use is requested once, from the sockets’ own source', () => {
		const {watch, asked} = watched([
			row(),
			row({peer: at('10.0.0.9', 80)}),
			row({local: at('10.1.0.5')}),
			row({closedAt: openedAt}),
			row({netns: '8'}),
			row({role: 'listener', peer: null}),
			row({route: null}),
		]);
		watch.requery('7');
		expect(asked.map(({words}) => words)).toEqual(['7 10.0.0.9 null 10.0.0.5', '7 10.0.0.9 null 10.1.0.5']);
	});

	test('an answer to an earlier request is dropped', async () => {
		const {watch, asked, applied} = watched([row()]);
		watch.requery();
		watch.requery();
		const [before, after] = asked;
		after?.answer(route('eth1'));
		await handedOn();
		before?.answer(route('eth0'));
		await handedOn();
		expect(applied).toMatchObject([{answers: [{route: {dev: 'eth1'}}]}]);
	});
});
