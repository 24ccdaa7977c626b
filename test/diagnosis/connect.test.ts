import {scenarios} from './scenarios/connect.ts';
import {runScenarios} from './support.ts';

runScenarios('connect', scenarios);
