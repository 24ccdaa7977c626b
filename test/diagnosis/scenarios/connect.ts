import type {Scenario} from '../support.ts';
import {scenarios as answers} from './connect/answers.ts';
import {scenarios as early} from './connect/early.ts';
import {scenarios as local} from './connect/local.ts';
import {scenarios as races} from './connect/races.ts';
import {scenarios as ways} from './connect/ways.ts';

export const scenarios: readonly Scenario[] = [...answers, ...ways, ...local, ...races, ...early];
