// Preloaded for dd-trace: its tracer as it starts by default, but quiet and without an agent. The socket it sends to
// does not exist, so each send fails at once; spans are made and encoded as ever.
const {writeFileSync} = require('node:fs');

Object.assign(process.env, {
	DD_TRACE_AGENT_URL: 'unix:///nonexistent/netwatch-bench.socket',
	DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
	DD_REMOTE_CONFIGURATION_ENABLED: 'false',
	DD_CRASHTRACKING_ENABLED: 'false',
	DD_TRACE_STARTUP_LOGS: 'false',
});
const tracer = require('dd-trace').init({service: 'netwatch-bench'});

if (process.env.BENCH_REPORT) {
	const exporter = tracer._tracer._exporter;
	const send = exporter.export;
	let exported = 0;
	exporter.export = function (spans) {
		exported += spans.length;
		return send.call(this, spans);
	};
	process.on('exit', () => writeFileSync(process.env.BENCH_REPORT, String(exported)));
}
