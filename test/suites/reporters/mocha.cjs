'use strict';
// A reporter for every version of mocha: one line a test into the file that SUITE_REPORT names.
const {appendFileSync} = require('node:fs');

const file = process.env.SUITE_REPORT;

module.exports = function Reporter(runner) {
	const report = outcome => test => appendFileSync(file, `${JSON.stringify([outcome, test.fullTitle()])}\n`);
	runner.on('pass', report('passed'));
	runner.on('pending', report('skipped'));
	const failed = report('failed');
	runner.on('fail', (test, error) => {
		failed(test);
		console.log(test.fullTitle(), error);
	});
};
