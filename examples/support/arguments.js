// The examples end by themselves; how soon can be changed on their command line.
import {parseArgs} from 'node:util';

const day = 86_400;

/**
 * Reads `--name NUMBER` arguments. Prints what is wrong and exits with 1 where one is no number that makes sense.
 *
 * @param {Record<string, number | string>} defaults the known names, each with what it is where it is not given
 * @returns {Record<string, number>}
 */
export const readNumbers = defaults => {
	const names = Object.keys(defaults);
	try {
		const options = Object.fromEntries(names.map(name => [name, {type: 'string'}]));
		const {values} = parseArgs({options});
		return Object.fromEntries(names.map(name => [name, read(name, values[name] ?? defaults[name])]));
	} catch (error) {
		console.error(`${error.message}\nKnown here: ${names.map(name => `--${name} NUMBER`).join(', ')}`);
		process.exit(1);
	}
};

const read = (name, given) => {
	if (typeof given === 'number') return given;
	const number = Number(given);
	if (number > 0 && number <= day) return number;
	throw new Error(`--${name} must be a number above 0 and at most ${day}, not "${given}".`);
};
