import fc from 'fast-check';

/** Any text, rich in what a terminal would obey. `unit: 'binary'` of fast-check takes a second of CPU to be made. */
export const hostileText = fc.string({
	unit: fc
		.oneof(
			fc.integer({min: 0, max: 0xff}),
			fc.integer({min: 0x2000, max: 0x2070}),
			fc.integer({min: 0, max: 0xffff}),
		)
		.map(code => String.fromCharCode(code)),
	maxLength: 40,
});
