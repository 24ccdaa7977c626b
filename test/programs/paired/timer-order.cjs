'use strict';
// Ticks, microtasks, immediates and timers of equal length, in their order.
const lines = [];
const say = line => () => lines.push(line);
setTimeout(say('timer 1'), 1);
setTimeout(say('timer 50'), 50);
setTimeout(say('second timer 50'), 50);
setImmediate(say('immediate'));
process.nextTick(say('tick'));
queueMicrotask(say('microtask'));
const own = setInterval(() => {
	lines.push('interval');
	if (lines.filter(line => line === 'interval').length === 3) clearInterval(own);
}, 50);
setTimeout(say('timer 51'), 51).unref();
setTimeout(() => {
	// When the first of these is due, is the clock's business: which one comes before which is not.
	const timers = lines.filter(line => /50|interval/.test(line));
	console.log(lines.slice(0, 2), timers.slice(0, 3), timers.length, lines.includes('timer 51'));
}, 400);
