import {scenarios} from './rules/idle.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('idle', scenarios);
