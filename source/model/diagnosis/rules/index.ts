/** All rules, in the order of a connection's phases. */
import type {Rule} from '../../../domain/diagnosis/diagnosis.ts';
import {acceptRules} from './accept/index.ts';
import {bindRules} from './bind.ts';
import {boundaryRules} from './boundary.ts';
import {closeRules} from './close/index.ts';
import {connectRules} from './connect/index.ts';
import {disagreementRules} from './disagreements.ts';
import {idleRules} from './idle/index.ts';
import {leakRules} from './leaks.ts';
import {lookupRules} from './lookup/index.ts';
import {openRules} from './open.ts';
import {permissionRules} from './permission.ts';
import {readRules} from './read/index.ts';
import {serverCloseRules} from './server-close.ts';
import {tlsRules} from './tls/index.ts';
import {writeRules} from './write/index.ts';

export const allRules: readonly Rule[] = [
	...lookupRules,
	...bindRules,
	...connectRules,
	...permissionRules,
	...tlsRules,
	...acceptRules,
	...openRules,
	...readRules,
	...writeRules,
	...closeRules,
	...serverCloseRules,
	...leakRules,
	...idleRules,
	...boundaryRules,
	...disagreementRules,
];

export const ruleNames: readonly string[] = allRules.map(({name}) => name);

/** The title of each rule, by its name. */
export const ruleTitles: ReadonlyMap<string, string> = new Map(
	allRules.map(({name, title}) => [name, title]),
);
