// The stage that every scene of the tour plays on. It hands out time, listeners and connections,
// and when the scene is over it closes whatever the scene left behind, so that no scene disturbs the next.
import {once} from 'node:events';
import net from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';

const ignore = () => {};

export class Scene {
	#ending = new AbortController();
	#timer;
	#things = new Set();

	/**
	 * @param {number} seconds how long the scene may last; then it is closed
	 * @param {import('./busy-server.js').BusyServer} busy a server in a thread of its own, whose loop can be blocked
	 */
	constructor(seconds, busy) {
		this.seconds = seconds;
		this.busy = busy;
		this.#timer = setTimeout(() => this.close(), seconds * 1000);
	}

	/** Aborts when the scene is over. */
	get signal() {
		return this.#ending.signal;
	}

	/** How long a part (0 to 1) of the scene is, in milliseconds. */
	ms(part) {
		return Math.round(part * this.seconds * 1000);
	}

	/** Waits for a part (0 to 1) of the scene. Rejects when the scene is closed meanwhile. */
	wait(part) {
		return sleep(this.ms(part), undefined, {signal: this.signal});
	}

	/** Calls back after a part (0 to 1) of the scene, or never when the scene is closed meanwhile. */
	later(part, callback) {
		this.wait(part).then(callback, ignore);
	}

	/** Waits for an event. Rejects when 'error' comes first, or when the scene is closed meanwhile. */
	async event(emitter, name) {
		const [value] = await once(emitter, name, {signal: this.signal});
		return value;
	}

	/** Starts a server on this machine, on a free port unless the options say otherwise, and returns the port. */
	async listen(server, options) {
		this.keep(server);
		for (const name of ['connection', 'secureConnection']) {
			server.on(name, socket => this.keep(socket));
		}
		server.listen({host: '127.0.0.1', port: 0, ...options});
		await this.event(server, 'listening');
		return server.address().port;
	}

	/** Begins to connect a socket; the options are those of net.connect(). */
	connect(options) {
		return this.keep(net.connect({host: '127.0.0.1', ...options}));
	}

	/**
	 * Remembers a socket, a server or an agent, to be closed with the scene. An 'error' that has no listener ends
	 * the process, and in this tour errors are part of the show: so everything gets one.
	 */
	keep(thing) {
		if (this.signal.aborted) close(thing);
		this.#things.add(thing);
		thing.on('error', ignore);
		thing.on('close', () => this.#things.delete(thing));
		return thing;
	}

	/** Ends the scene: what waits is woken, what is open is closed. */
	close() {
		clearTimeout(this.#timer);
		this.#ending.abort();
		for (const thing of this.#things) close(thing);
		this.#things.clear();
	}
}

const close = thing => {
	if (thing instanceof net.Server) thing.close();
	else thing.destroy();
};
