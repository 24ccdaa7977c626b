import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/accept.ts';

runScenarios('accept', scenarios);
