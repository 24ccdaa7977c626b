'use strict';
// One connection, or one end of one, with a behaviour for each end:
//   ends.cjs both SERVER CLIENT             both ends in this process
//   ends.cjs apart SERVER CLIENT            the server in a child
//   ends.cjs serve BEHAVIOUR HOST PORT      prints "listening"
//   ends.cjs connect BEHAVIOUR HOST PORT
// A behaviour is one of those below. It goes on until a line on standard input or SIGTERM.
const {fork} = require('node:child_process');
const net = require('node:net');
const {say, untilLine, listening, next} = require('../helpers/facts.cjs');

const chunk = Buffer.alloc(64 * 1024, 'x');

const writesUntilFull = socket => {
	while (!socket.destroyed && socket.write(chunk)) {
		// The kernel takes it.
	}
};

const behaviours = {
	/** Reads all and sends nothing. */
	reads: socket => socket.resume(),
	/** Sends a word every 50 ms, and reads. */
	talks(socket) {
		socket.resume();
		const timer = setInterval(() => socket.write('word'), 50);
		socket.on('close', () => clearInterval(timer));
	},
	/** Sends one word, and reads. */
	greets(socket) {
		socket.resume();
		socket.write('hello');
	},
	/** A word now and again, with a rest between them. */
	pings(socket) {
		socket.resume();
		socket.write('word');
		const timer = setInterval(() => socket.write('word'), 3000);
		socket.on('close', () => clearInterval(timer));
	},
	echoes: socket => socket.pipe(socket),
	/** The socket has never had a reader. */
	ignores() {},
	pauses(socket) {
		socket.once('data', () => socket.pause());
	},
	/** Reads on at SIGUSR2. */
	pausesUntilSignal(socket) {
		behaviours.pauses(socket);
		process.once('SIGUSR2', () => socket.resume());
	},
	/** Takes a little now and then. */
	sips(socket) {
		socket.pause();
		const timer = setInterval(() => socket.read(8 * 1024), 100);
		socket.on('close', () => clearInterval(timer));
	},
	/** Blocks its event loop for a while once it has something to read. */
	blocks(socket) {
		socket.once('data', () => setTimeout(() => stand(9000), 700));
	},
	/** Writes as fast as the other side reads, waiting for 'drain'. */
	writes(socket) {
		socket.resume();
		writesUntilFull(socket);
		socket.on('drain', () => writesUntilFull(socket));
	},
	/** Ignores the result of write(). */
	floods(socket) {
		const timer = setInterval(() => socket.write(Buffer.alloc(512 * 1024)), 20);
		socket.on('close', () => clearInterval(timer));
	},
	/** Much at once, which the other side gets in its time. */
	heaps: socket => socket.resume().write(Buffer.alloc(24 * 1024 * 1024)),
	/** A chunk every few milliseconds, without waiting for the last. */
	streams(socket) {
		socket.resume();
		const timer = setInterval(() => socket.writableNeedDrain || socket.write(chunk.subarray(0, 8192)), 10);
		socket.on('close', () => clearInterval(timer));
	},
	endsSoon(socket) {
		socket.resume();
		socket.write('hello');
		setTimeout(() => socket.end('bye'), 100);
	},
	/** Gets the end and does not answer it. */
	neverEnds: socket => socket.resume(),
	resetsAfterIdle(socket) {
		socket.resume();
		socket.write('hello');
		setTimeout(() => socket.resetAndDestroy(), 2600);
	},
	resetsUnderLoad(socket) {
		behaviours.talks(socket);
		setTimeout(() => socket.resetAndDestroy(), 600);
	},
	/** Goes on writing when the other side is gone. */
	writesOn(socket) {
		socket.write('hello');
		socket.resume().on('end', () => {
			setTimeout(() => socket.write('more'), 30);
			setTimeout(() => socket.write('and more'), 60);
		});
	},
	goes(socket) {
		socket.write('hello');
		socket.once('data', () => socket.destroy());
	},
	/** Destroys with what the other side has not taken. */
	destroysUnsent(socket) {
		socket.write(Buffer.alloc(8 * 1024 * 1024));
		setTimeout(() => socket.destroy(), 400);
	},
	destroysSent(socket) {
		socket.write(Buffer.alloc(64 * 1024), () => setTimeout(() => socket.destroy(), 400));
	},
	/** The same, within the turn of the event loop that the connection came in. */
	throwsAway(socket) {
		socket.write(Buffer.alloc(8 * 1024 * 1024));
		socket.destroy();
	},
	exitsUnsent(socket) {
		socket.write(Buffer.alloc(8 * 1024 * 1024));
		setTimeout(() => process.exit(0), 400);
	},
	/** Answers the other side's end with a reset. */
	resetsAtEnd(socket) {
		socket.write('hello');
		socket.resume().on('end', () => socket.resetAndDestroy());
	},
	resetsSilently: socket => socket.resume().on('end', () => socket.resetAndDestroy()),
	/** Never reads, and resets. */
	resetsUnread(socket) {
		socket.write('hello');
		setTimeout(() => socket.resetAndDestroy(), 900);
	},
	/** Ends once it is greeted. */
	endsGreeted(socket) {
		socket.write('word');
		socket.once('data', () => socket.end());
	},
	/** Ends behind more than a window of the other side, and less than the kernel's own buffer. */
	endsFull(socket) {
		socket.resume();
		socket.write(Buffer.alloc(256 * 1024), () => socket.end());
	},
	/** Waits for an answer behind its end. */
	endsAsking(socket) {
		socket.resume();
		socket.end('a question');
	},
	/** Much on this connection, and a little on new ones now and again. */
	sendsMuchAndLittle(socket) {
		socket.resume();
		socket.write(Buffer.alloc(20_000));
		setInterval(() => {
			const other = net.connect(socket.remotePort, socket.remoteAddress, () => other.write('little'));
			hear(other).once('data', () => other.end());
		}, 700);
	},
	timesOut(socket) {
		socket.resume();
		socket.write('hello');
		socket.setTimeout(300, () => socket.destroy());
	},
	keepsAlive(socket) {
		socket.resume();
		socket.setKeepAlive(true, 1000);
		socket.write('hello');
	},
};

const stand = ms => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

const hear = socket => socket.on('error', ({code, message}) => say('error', {code, message}));

/** The behaviours that answer an end at a time of their own. */
const allowHalfOpen = name => ['neverEnds', 'writesOn', 'resetsAtEnd', 'resetsSilently'].includes(name);

const serve = async (behaviour, host, port) => {
	const options = {allowHalfOpen: allowHalfOpen(behaviour)};
	const server = net.createServer(options, socket => behaviours[behaviour](hear(socket)));
	await listening(server, {host, port});
	say('listening', {port: server.address().port});
	process.send?.(server.address().port);
	process.on('disconnect', () => process.exit(0));
	return server;
};

const connect = async (behaviour, host, port) => {
	const socket = hear(net.connect({host, port, allowHalfOpen: allowHalfOpen(behaviour)}));
	await next(socket, 'connect');
	behaviours[behaviour](socket);
};

/** The server in a process of its own. */
const apart = behaviour =>
	new Promise(resolve => {
		const words = ['serve', behaviour, '127.0.0.1', '0'];
		const child = fork(__filename, words, {stdio: ['ignore', 'inherit', 'inherit', 'ipc']});
		child.once('message', resolve);
	});

const main = async ([mode, ...words]) => {
	if (mode === 'both' || mode === 'apart') {
		const [ofServer, ofClient] = words;
		const host = '127.0.0.1';
		const port = mode === 'apart' ? await apart(ofServer) : (await serve(ofServer, host, 0)).address().port;
		await connect(ofClient, host, port);
	} else {
		const [behaviour, host, port] = words;
		await (mode === 'serve' ? serve : connect)(behaviour, host, Number(port));
	}

	await untilLine();
	process.exit(0);
};

main(process.argv.slice(2));
