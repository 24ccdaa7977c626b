'use strict';
// Shared by the programs of the soak: a load that lasts for so many seconds, and its count at the end.
const {monitorEventLoopDelay} = require('node:perf_hooks');
const {setTimeout: wait} = require('node:timers/promises');

const began = Date.now();
const lastsMs = Number(process.env.SOAK_SECONDS ?? 30) * 1000;
const leftMs = () => Math.max(0, began + lastsMs - Date.now());
const isOver = () => leftMs() === 0;

/** Counts by name. */
const counts = {};
const count = (name, by = 1) => {
	counts[name] = (counts[name] ?? 0) + by;
};

const delay = monitorEventLoopDelay({resolution: 20});
delay.enable();

/** To be called once, when all is closed: what was done, as a line on standard output. */
const report = () => {
	delay.disable();
	const loopHeldMs = Math.round(delay.max / 1e6);
	console.log(JSON.stringify({soak: {...counts, 'ms the loop was held at most': loopHeldMs}}));
};

/** Does something again and again, with a pause between, until the time is over. */
const again = async (work, pauseMs) => {
	while (!isOver()) {
		await work();
		await wait(Math.min(leftMs(), pauseMs * (0.5 + Math.random())));
	}
};

/** Runs so many of these at the same time. */
const together = (times, work) => Promise.all(Array.from({length: times}, (_, index) => work(index)));

/** The event loop of an ordinary program is held now and then: a large JSON.parse, a template, a collection. */
const holdLoop = ms => {
	const until = Date.now() + ms;
	while (Date.now() < until);
};

/** Now and then, as long as the load lasts. */
const holdNowAndThen = (ms, everyMs) => again(() => holdLoop(ms), everyMs);

const listening = server =>
	new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => resolve(server.address().port));
	});

const closed = server => new Promise(resolve => server.close(resolve));

module.exports = {again, closed, count, holdNowAndThen, isOver, listening, report, together, wait};
