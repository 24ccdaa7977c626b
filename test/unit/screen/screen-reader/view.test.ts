import {expect, it} from 'vitest';
import {toSpeakableText} from '../../../../source/screen/screen-reader/view.ts';

it('only the words of the lines of a frame are kept', () => {
	expect(toSpeakableText([{text: ' connect ✓ 10.0.0.9 '}, {text: '████▶┊   ░░ '}, {text: '  4.2 ms'}])).toBe(
		'connect agrees 10.0.0.9, 4.2 ms',
	);
});
