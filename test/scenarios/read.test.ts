import {scenarios} from './rules/read.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('read', scenarios);
