import {scenarios} from './rules/lookup.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('lookup', scenarios);
