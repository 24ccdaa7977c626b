import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/read.ts';

runScenarios('read', scenarios);
