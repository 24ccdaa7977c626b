import {scenarios} from './scenarios/server-close.ts';
import {runScenarios} from './support.ts';

runScenarios('close: servers and leaks', scenarios);
