import type {Scenario} from '../../../helpers/scenarios/scenario.ts';
import {scenarios as answers} from './answers.ts';
import {scenarios as early} from './early.ts';
import {scenarios as local} from './local-resources.ts';
import {scenarios as races} from './race.ts';
import {scenarios as paths} from './socket-path.ts';
import {scenarios as ways} from './unreachable.ts';

export const scenarios: readonly Scenario[] = [...answers, ...ways, ...local, ...races, ...early, ...paths];
