import {scenarios} from './rules/connect/index.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('connect', scenarios);
