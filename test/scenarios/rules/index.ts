/** All scenarios, in the order of the path. */
import type {Scenario} from '../../helpers/scenarios/scenario.ts';
import {scenarios as accept} from './accept.ts';
import {scenarios as bind} from './bind.ts';
import {scenarios as boundary} from './boundary.ts';
import {scenarios as close} from './close.ts';
import {scenarios as connect} from './connect/index.ts';
import {scenarios as views} from './disagreements.ts';
import {scenarios as idle} from './idle.ts';
import {scenarios as lookup} from './lookup.ts';
import {scenarios as open} from './open.ts';
import {scenarios as read} from './read.ts';
import {scenarios as serverClose} from './server-close.ts';
import {scenarios as tls} from './tls.ts';
import {scenarios as write} from './write.ts';

export const allScenarios: readonly Scenario[] = [
	...lookup,
	...bind,
	...connect,
	...tls,
	...accept,
	...open,
	...read,
	...write,
	...close,
	...serverClose,
	...idle,
	...boundary,
	...views,
];
