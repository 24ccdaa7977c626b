import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/server-close.ts';

runScenarios('close: servers and leaks', scenarios);
