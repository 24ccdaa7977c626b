import {scenarios} from './scenarios/accept.ts';
import {runScenarios} from './support.ts';

runScenarios('accept', scenarios);
