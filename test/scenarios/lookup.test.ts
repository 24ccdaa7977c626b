import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/lookup.ts';

runScenarios('lookup', scenarios);
