/**
 * Texts made to be slow: how long it takes to shorten a million code units, to render a long line of a program's output,
 * and to match expressions on which a backtracking matcher does not end.
 *
 *     npx tsx bench/worst-text.ts [ROUNDS]
 */
import {compileRegex} from '../source/query/filter/regex/index.ts';
import {plainStyle} from '../source/text/sgr.ts';
import {renderTerminalLine} from '../source/text/terminal-line.ts';
import {truncate} from '../source/text/width.ts';
import {describeSpread} from './spread.ts';

const rounds = Number(process.argv[2] ?? 11);
const long = 'a'.repeat(100_000);
const wide = `क/${'🚀'.repeat(500_000)}/字`;

const cases: ReadonlyArray<readonly [name: string, run: () => unknown]> = [
	['shorten 10⁶ code units', () => truncate(wide, 11, 'middle')],
	...['漢\r', 'e\u0301\r', '👩\u200d', '\x1b[1K\x1b[9999Cx\x1b[Gy'].map(
		unit =>
			[
				`render 64 k of ${JSON.stringify(unit)}`,
				() => renderTerminalLine(unit.repeat(64 * 1024), plainStyle),
			] as const,
	),
	...['(a+)+$', '(a|a)*b', '(.*a){20}b', '(a?){60}a{60}b', '.*.*.*.*.*.*.*b'].map(source => {
		const compiled = compileRegex(source, false);
		if (!compiled.ok) throw new Error(`${source} is no expression`);
		return [`match ${source}`, () => compiled.value(`${long}!`)] as const;
	}),
];

for (const [name, run] of cases) {
	const times = Array.from({length: rounds}, () => {
		const begun = performance.now();
		run();
		return performance.now() - begun;
	});
	console.log(`${name}: ${describeSpread(times)} ms`);
}
