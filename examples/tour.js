// A tour of everything that netwatch can show. One process plays twelve short scenes, again and again, and between
// them its sockets stand at every stage from a hostname to the last byte. Everything happens on this machine.
//
//     netwatch -- node examples/tour.js
//
// It ends by itself after two minutes: --seconds (or TOUR_SECONDS) changes that, --round-seconds how long the twelve
// scenes take together, --rounds how often they are played.
import {setTimeout as sleep} from 'node:timers/promises';
import {readNumbers} from './support/arguments.js';
import {BusyServer} from './support/busy-server.js';
import {Scene} from './support/scene.js';
import * as closing from './tour/closing.js';
import * as failures from './tour/failures.js';
import * as halfOpen from './tour/half-open.js';
import * as http from './tour/http.js';
import * as listeners from './tour/listeners.js';
import * as lookups from './tour/lookups.js';
import * as pausedReader from './tour/paused-reader.js';
import * as queue from './tour/queue.js';
import * as race from './tour/race.js';
import * as silence from './tour/silence.js';
import * as slowReader from './tour/slow-reader.js';
import * as tls from './tour/tls.js';

const scenes = [
	listeners,
	lookups,
	race,
	failures,
	silence,
	tls,
	slowReader,
	pausedReader,
	halfOpen,
	queue,
	http,
	closing,
];

const limits = readNumbers({
	seconds: process.env.TOUR_SECONDS || 120,
	'round-seconds': 30,
	rounds: Number.POSITIVE_INFINITY,
});
const endsAt = Date.now() + limits.seconds * 1000;

const ending = new AbortController();
const end = () => ending.abort();
process.once('SIGINT', end);
process.once('SIGTERM', end);
// The reader of the output may be gone (`| head`): no reason to crash, but the tour has no viewer any more.
process.stdout.on('error', end);
setTimeout(end, limits.seconds * 1000).unref();

const busy = new BusyServer();
let rounds = 0;
console.log(
	`${scenes.length} scenes in ${limits['round-seconds']} s, for ${limits.seconds} s; Ctrl-C ends it now`,
);
while (mayPlayAnotherRound()) {
	await playRound();
	if (!ending.signal.aborted) rounds++;
}
await busy.end();
console.log(`the tour is over after ${rounds} whole round${rounds === 1 ? '' : 's'}`);

function mayPlayAnotherRound() {
	const worthIt = endsAt - Date.now() > limits['round-seconds'] * 500;
	return !ending.signal.aborted && rounds < limits.rounds && (worthIt || rounds === 0);
}

/** Plays all scenes. Each lasts two beats and begins one beat after the one before, so two are always on. */
async function playRound() {
	// A little less than the round's share: closing takes time, too.
	const beat = (0.98 * limits['round-seconds']) / (scenes.length + 1);
	const playing = [];
	for (const [index, scene] of scenes.entries()) {
		if (ending.signal.aborted) break;
		console.log(`scene ${index + 1}/${scenes.length}: ${scene.title}`);
		playing.push(play(scene, 2 * beat));
		await sleep(beat * 1000, undefined, {signal: ending.signal}).catch(() => {});
	}
	await Promise.all(playing);
}

async function play({title, run}, seconds) {
	const scene = new Scene(seconds, busy);
	const close = () => scene.close();
	ending.signal.addEventListener('abort', close);
	try {
		await run(scene);
	} catch (error) {
		// Once a scene is over, whatever still waits in it gets an error: that one is no news.
		if (!scene.signal.aborted) console.log(`  skipped (${title}): ${error.message}`);
	} finally {
		ending.signal.removeEventListener('abort', close);
		scene.close();
	}
}
