import {scenarios} from './rules/boundary.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('boundary', scenarios);
