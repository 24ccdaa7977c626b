import {scenarios} from './rules/accept.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('accept', scenarios);
