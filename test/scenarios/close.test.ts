import {scenarios} from './rules/close.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('close', scenarios);
