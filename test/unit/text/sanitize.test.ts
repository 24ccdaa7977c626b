import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {sanitize, sanitizeJson, sanitizeLines} from '../../../source/text/sanitize.ts';

describe('text from outside is shown without any control sequence', () => {
	const cases: [what: string, text: string, shown: string][] = [
		['plain text stays as it is', 'GET /a?b=c', 'GET /a?b=c'],
		['letters of any script stay', 'дата 日本 çñ é', 'дата 日本 çñ é'],
		['an escape sequence', 'a\x1b[2Jb', 'a\\x1b[2Jb'],
		['a one-byte CSI of C1', 'a\x9b2Jb', 'a\\x9b2Jb'],
		['a bell and a backspace', '\x07\x08', '\\x07\\x08'],
		['a line end and a tab', 'a\r\n\tb', 'a\\x0d\\x0a\\x09b'],
		['delete and null', '\x7f\0', '\\x7f\\x00'],
		['text that is turned right to left', 'exe.\u202etxt\u202c', 'exe.\\u202etxt\\u202c'],
		['isolates and direction marks', '\u2066\u2069\u200e\u200f\u061c', '\\u2066\\u2069\\u200e\\u200f\\u061c'],
		['zero-width characters', 'a\u200bb\u200dc\ufeffd\u2060', 'a\\u200bb\\u200dc\\ufeffd\\u2060'],
		['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
		['invisible tags', '\u{e0041}', '\\u{e0041}'],
		['tags that have no name yet, and the grapheme joiner', 'a\u{e0080}\u034f', 'a\\u{e0080}\\u034f'],
		['interlinear notes', '\ufff9a\ufffa\ufffb', '\\ufff9a\\ufffa\\ufffb'],
		['blanks that are letters', '\u3164\u115f', '\\u3164\\u115f'],
		['half of a surrogate pair', 'a\ud83db', 'a\\ud83db'],
		['a whole pair stays', '🙂', '🙂'],
		['skin tones and variation selectors are left out', '👍🏽❤\ufe0f', '👍❤'],
		['pictures that are joined stand side by side', '👩\u200d👧 👩🏽\u200d💻', '👩👧 👩💻'],
		['a mark without a letter gets one', '\u0301a', '◌\u0301a'],
		['a pile of combining marks is cut', `a${'\u0301'.repeat(40)}b`, `a${'\u0301'.repeat(4)}b`],
	];
	it.each(cases)('%s', (_what, text, shown) => {
		expect(sanitize(text)).toBe(shown);
	});

	it('every character that controls or hides is removed, in any context', () => {
		const through = hiddenCharacters.filter(character => sanitize(`a${character}b`).includes(character));
		expect(hiddenCharacters.length).toBeGreaterThan(6000);
		expect(through).toEqual([]);
	});

	it('cleaning any text leaves no control character, and is idempotent', () => {
		const texts = fc.array(fc.oneof(fc.string({unit: 'binary'}), fc.constantFrom(...pieces)), {
			maxLength: 30,
		});
		fc.assert(
			fc.property(texts, parts => {
				const cleaned = sanitize(parts.join(''));
				expect(cleaned).not.toMatch(unsafe);
				expect(cleaned).not.toMatch(/^\p{M}|\p{M}{5}/u);
				expect(sanitize(cleaned)).toBe(cleaned);
				expect(sanitizeLines(`${parts.join('')}\n`)).not.toMatch(unsafeButLines);
			}),
			{numRuns: 2000},
		);
	});

	it('a line of marks and of joined pictures is done in one pass, however long it is', () => {
		for (const unit of ['\u0301', '👩\u200d', '\ufe0f', '\u{1f3fd}\u200d', '👩\ufe0f', 'a\u0301\u200d']) {
			expect(sanitize(unit.repeat(300_000)).length, unit).toBeGreaterThanOrEqual(0);
		}
	});
});

const hiddenCharacters = Array.from({length: 0x11_00_00}, (_, code) => String.fromCodePoint(code)).filter(
	character => /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(character),
);
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const unsafeButLines = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Difficult characters, alone and beside each other. */
const pieces = [
	...[
		'\x1b[31m',
		'\x1b]0;title\x07',
		'\x1bP1$q\x1b\\',
		'\x9b2J',
		'\x9d0;t\x9c',
		'\r',
		'\b',
		'\t',
		'\0',
		'\x7f',
	],
	...[
		'\u202e',
		'\u2066',
		'\u200f',
		'\u061c',
		'\u200d',
		'\ufe0f',
		'\u0301',
		'\u{e0041}',
		'\u{e0100}',
		'\u{1f3fd}',
	],
	...['👩', '🇩', 'e\u0301', '漢', '\ud83d', '\udc69', 'ᄀ', '\u1160', '\u2028', '\n', 'a'],
];

describe('records hold the text itself, without any control sequence for a terminal', () => {
	it('the line of any text has printable characters alone, and is parsed to the same text', () => {
		const texts = fc.array(fc.oneof(fc.string({unit: 'binary'}), fc.constantFrom(...pieces)), {
			maxLength: 30,
		});
		fc.assert(
			fc.property(texts, parts => {
				const line = sanitizeJson(JSON.stringify({text: parts.join('')}));
				expect(line).not.toMatch(unsafe);
				expect(JSON.parse(line)).toEqual({text: parts.join('')});
			}),
			{numRuns: 2000},
		);
	});
});
