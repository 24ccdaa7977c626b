import {scenarios} from './scenarios/close.ts';
import {runScenarios} from './support.ts';

runScenarios('close', scenarios);
