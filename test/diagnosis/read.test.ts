import {scenarios} from './scenarios/read.ts';
import {runScenarios} from './support.ts';

runScenarios('read', scenarios);
