// A preload of netwatch's own process: when the file of NETWATCH_TEST_FAULT is there, it raises the fault
// named there, in place of an unforeseen one.
import {readFileSync} from 'node:fs';

const faults = {
	timer() {
		throw new TypeError('thrown by a timer with postgres://user:hunter2@db\x1b[2J');
	},
	rejection() {
		void Promise.reject(new Error('a rejection', {cause: new RangeError('its cause')}));
	},
	// All measuring and filling of text, and so each drawing; a resize causes one.
	drawing() {
		Intl.Segmenter.prototype.segment = () => {
			throw new SyntaxError('nothing can be drawn');
		};
		String.prototype.padEnd = Intl.Segmenter.prototype.segment;
		String.prototype.repeat = Intl.Segmenter.prototype.segment;
		Array.prototype.toSpliced = Intl.Segmenter.prototype.segment;
		process.stdout.columns -= 1;
		process.emit('SIGWINCH', 'SIGWINCH');
	},
	warning() {
		process.emitWarning('of something old', 'DeprecationWarning');
	},
	// Exit listeners fail, too.
	ending() {
		process.on('exit', () => {
			throw new RangeError('thrown at the end');
		});
		throw new TypeError('before the end');
	},
	// The report of the fault fails as well: the usual writes throw.
	reporting() {
		process.stderr.write = () => {
			throw new RangeError('thrown while reporting');
		};
		throw new TypeError('reported in another way');
	},
	// Not even an error.
	value() {
		throw 'a text';
	},
};

const waiting = setInterval(() => {
	let fault = '';
	try {
		fault = readFileSync(process.env.NETWATCH_TEST_FAULT, 'utf8').trim();
	} catch {
		return;
	}

	// The file is there before its text is.
	if (fault === '') return;
	clearInterval(waiting);
	faults[fault]();
}, 20);
waiting.unref();
