// A server whose event loop can be blocked on purpose: it lives in a thread of its own, so that the rest of the
// program goes on. While it is blocked, the kernel completes connections for it and keeps them in its accept queue;
// once that queue is full, the kernel drops what still arrives, and a client hears nothing at all.
import {once} from 'node:events';
import {Worker} from 'node:worker_threads';

export class BusyServer {
	#gate = new Int32Array(new SharedArrayBuffer(4));
	#asked = 0;
	#worker = new Worker(new URL('busy-server-worker.js', import.meta.url), {workerData: this.#gate.buffer});

	constructor() {
		// A thread that fails must not end the tour: the scene that waits for its answer ends by its own time.
		this.#worker.on('error', () => {});
	}

	/**
	 * Listens; the options are those of server.listen(). One listener at a time.
	 *
	 * @param {AbortSignal} signal gives up waiting for the answer
	 * @returns {Promise<number>} the port
	 */
	async listen(options, signal) {
		const {port, error} = await this.#ask({do: 'listen', options}, signal);
		if (error) throw new Error(error);
		return port;
	}

	/** Blocks the thread's loop until release() is called, at most for this many milliseconds. */
	async block(ms, signal) {
		Atomics.store(this.#gate, 0, 0);
		await this.#ask({do: 'block', ms}, signal);
	}

	/** Lets the blocked loop go on. */
	release() {
		Atomics.store(this.#gate, 0, 1);
		Atomics.notify(this.#gate, 0);
	}

	/** Stops listening, and closes the connections that are left. */
	close() {
		this.release();
		this.#worker.postMessage({do: 'close'});
	}

	/** Ends the thread, blocked or not. */
	async end() {
		await this.#worker.terminate();
	}

	async #ask(request, signal) {
		const id = ++this.#asked;
		this.#worker.postMessage({...request, id});
		for (;;) {
			const [answer] = await once(this.#worker, 'message', {signal});
			// An answer that nothing waits for any more may still arrive.
			if (answer.id === id) return answer;
		}
	}
}
