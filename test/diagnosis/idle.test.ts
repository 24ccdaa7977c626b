import {scenarios} from './scenarios/idle.ts';
import {runScenarios} from './support.ts';

runScenarios('idle', scenarios);
