import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/boundary.ts';

runScenarios('boundary', scenarios);
