import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/disagreements.ts';

runScenarios('views', scenarios);
