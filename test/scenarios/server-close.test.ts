import {scenarios} from './rules/server-close.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('close: servers and leaks', scenarios);
