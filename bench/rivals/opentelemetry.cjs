// Preloaded for OpenTelemetry: its net and http instrumentation, spans in batches as in production, and an exporter
// that throws them away: no collector takes CPU time beside the load. A real exporter costs more.
const {writeFileSync} = require('node:fs');
const {HttpInstrumentation} = require('@opentelemetry/instrumentation-http');
const {NetInstrumentation} = require('@opentelemetry/instrumentation-net');
const {registerInstrumentations} = require('@opentelemetry/instrumentation');
const {BatchSpanProcessor} = require('@opentelemetry/sdk-trace-base');
const {NodeTracerProvider} = require('@opentelemetry/sdk-trace-node');

const idle = {forceFlush: async () => {}, shutdown: async () => {}};
const exporter = {...idle, export: (_spans, done) => done({code: 0})};
let ended = 0;
const counter = {
	...idle,
	onStart() {},
	onEnd() {
		ended++;
	},
};

const provider = new NodeTracerProvider({spanProcessors: [new BatchSpanProcessor(exporter), counter]});
provider.register();
registerInstrumentations({
	tracerProvider: provider,
	instrumentations: [new HttpInstrumentation(), new NetInstrumentation()],
});

if (process.env.BENCH_REPORT) {
	process.on('exit', () => writeFileSync(process.env.BENCH_REPORT, String(ended)));
}
