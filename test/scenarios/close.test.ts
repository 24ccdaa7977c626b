import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/close.ts';

runScenarios('close', scenarios);
