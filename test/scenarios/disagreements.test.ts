import {scenarios} from './rules/disagreements.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('views', scenarios);
