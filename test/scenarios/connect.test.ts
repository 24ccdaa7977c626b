import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/connect/index.ts';

runScenarios('connect', scenarios);
