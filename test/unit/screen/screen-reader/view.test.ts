import {expect, it} from 'vitest';
import {toSpeakableText} from '../../../../source/screen/screen-reader/view.ts';

it('of the lines of a picture only words stay', () => {
	expect(toSpeakableText([{text: ' connect ✓ 10.0.0.9 '}, {text: '████▶┊   ░░ '}, {text: '  4.2 ms'}])).toBe(
		'connect agrees 10.0.0.9, 4.2 ms',
	);
});
