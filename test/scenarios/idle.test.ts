import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/idle.ts';

runScenarios('idle', scenarios);
