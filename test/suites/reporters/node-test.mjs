// A reporter for node:test: one line a test into the file that SUITE_REPORT names.
import {appendFileSync} from 'node:fs';

const file = process.env.SUITE_REPORT;

export default async function* reporter(source) {
	const path = [];
	for await (const {type, data} of source) {
		if (type === 'test:start') {
			path.length = data.nesting;
			path.push(data.name);
		} else if (type === 'test:pass' || type === 'test:fail') {
			if (data.details?.type === 'suite') continue;
			const skipped = data.skip !== undefined || data.todo !== undefined;
			const outcome = skipped ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
			const title = [...path.slice(0, data.nesting), data.name].join(' › ');
			appendFileSync(file, `${JSON.stringify([outcome, title])}\n`);
			if (outcome === 'failed') yield `${title}: ${data.details.error?.cause?.stack ?? data.details.error}\n`;
		}
	}
}
