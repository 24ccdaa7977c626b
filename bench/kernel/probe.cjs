// Loaded into netwatch by a benchmark: prints, in a line of JSON every so often, how long its event loop was held and when it
// asked for the kernel's table. The file to write to is in NETWATCH_BENCH_PROBE.
const fs = require('node:fs');
const {Socket} = require('node:net');
const {monitorEventLoopDelay} = require('node:perf_hooks');

const everyMs = 250;
const resolution = 10;
const file = fs.openSync(process.env.NETWATCH_BENCH_PROBE, 'a');
// Not for the program that netwatch starts.
delete process.env.NETWATCH_BENCH_PROBE;

let looks = 0;
const {write} = Socket.prototype;
Socket.prototype.write = function (chunk, ...rest) {
	// The command for the child shell; with ports behind it, only TCP info is queried.
	if (typeof chunk === 'string' && chunk.includes('exclude time-wait\n')) looks++;
	return write.call(this, chunk, ...rest);
};

const delays = monitorEventLoopDelay({resolution});
delays.enable();
setInterval(() => {
	const heldMs = Math.max(0, delays.max / 1e6 - resolution);
	delays.reset();
	fs.writeSync(file, `${JSON.stringify({at: Date.now(), heldMs, looks})}\n`);
}, everyMs).unref();
