/** A model whose texts are of all scripts and lengths: host names, paths, programs, requests, addresses and places. */
import type {Row} from '../../../source/domain/row.ts';
import {makeKernelView, makeProcessView, makeRow, openedAt} from '../model/row.ts';
import {findingsModel} from './sample-findings.ts';
import {
	address,
	makeModel,
	makeOutput,
	makeProcess,
	type SampleModel,
	sampleNow,
	sampleRows,
} from './sample-model.ts';
import {clientRows, listenerRows, networkModel} from './sample-network.ts';

/** Each text stands in a row of its own, as host, as path, as label and as place. */
export const wideTexts: readonly string[] = [
	'plain-ascii.example',
	'データベース.example',
	'데이터.example',
	'\u1112\u1161\u11ab.example',
	'🚀-rocket.example',
	'👩\u200d💻-laptop.example',
	'🇩🇪🇫🇷-flags.example',
	'🇩-half-a-flag.example',
	'1\ufe0f\u20e3-keycap.example',
	'cafe\u0301-de\u0301ja\u0300.example',
	'हिन्दी-क्षि.example',
	'กำลัง-ไทย.example',
	'ｶﾞｷﾞｸﾞ-half.example',
	'שלום-עולם.example',
	'ا\u064eلسلام.example',
	`z${'\u0301'.repeat(40)}algo.example`,
	'\x1b[31mred\x1b[0m.example',
	'a\u202egnp.example',
];

export const wideRows = (): Row[] => [
	...wideTexts.map((text, index) =>
		makeRow({
			id: `wide${index}`,
			pid: 4712,
			program: text.slice(0, 12),
			role: 'client',
			stage: 'open',
			stageSince: sampleNow - 5000,
			host: text,
			local: address('10.0.0.5', 50_000 + index),
			peer: address('10.0.0.9', 443),
			label: `GET /${text}`,
			site: `${text}/server.js:10:5`,
			process: makeProcessView({bytesRead: 1, bytesWritten: 2}),
			kernel: makeKernelView(),
			inBps: 0,
			outBps: 0,
		}),
	),
	...wideTexts.slice(0, 6).map((text, index) =>
		makeRow({
			id: `unix${index}`,
			pid: 4712,
			kind: 'unix',
			role: index % 2 === 0 ? 'client' : 'listener',
			stage: index % 2 === 0 ? 'open' : 'listening',
			stageSince: openedAt,
			...(index % 2 === 0
				? {peer: {path: `/var/run/${text}/a-rather-long-directory/app-${index}.sock`}}
				: {local: {path: `/var/run/${text}/a-rather-long-directory/app-${index}.sock`}}),
			process: makeProcessView(),
		}),
	),
	makeRow({
		id: 'v6',
		pid: 4712,
		role: 'server',
		stage: 'open',
		stageSince: openedAt,
		local: address('2001:db8:1111:2222:3333:4444:5555:6666', 65_443),
		peer: address('fe80::ffff:1234:5678:9abc%enp0s31f6', 64_123),
		process: makeProcessView(),
		kernel: makeKernelView(),
	}),
	makeRow({
		id: 'v6-listener',
		pid: 4712,
		role: 'listener',
		stage: 'listening',
		stageSince: openedAt,
		local: address('2001:db8:1111:2222:3333:4444:5555:6666', 65_443),
		process: makeProcessView(),
		kernel: makeKernelView({state: 'LISTEN', recvQ: 0, sendQ: 511}),
	}),
];

/** A host with all of it at once: rows, listeners, routes and findings of the other samples, too. */
export const everythingModel = (): SampleModel => {
	const others = [...listenerRows(), ...clientRows()];
	const network = networkModel();
	return makeModel(
		[...sampleRows(), ...others.map((row, index) => ({...row, id: `net${index}`})), ...wideRows()],
		{
			session: {command: ['node', 'データ.js'], pid: 4712, netns: null, startedAt: openedAt, ended: null},
			processes: [
				makeProcess({program: '日本語サーバー.js'}),
				...wideTexts.slice(1, 9).map((program, index) => {
					const running = index % 3 !== 2;
					return makeProcess({
						proc: index + 2,
						pid: 5000 + index,
						program,
						...(running ? {} : {state: 'unhooked', node: null, load: null, loopSeenAt: null, rows: 0}),
					});
				}),
			],
			kernel: network.kernel,
			interfaces: network.interfaces,
			diagnoses: findingsModel().diagnoses,
		},
	);
};

/** The program's output: texts of all scripts, a long line, and colours. */
export const wideOutput = (): ReturnType<typeof makeOutput> =>
	makeOutput([
		...wideTexts.map(text => `log: ${text} | end`),
		`${'a long line of words '.repeat(30)}END`,
		'listening on \x1b[32mhttp://[::]:3000\x1b[39m',
		{stream: 'stderr', text: '(node:4712) Warning: something is deprecated', at: sampleNow},
	]);
