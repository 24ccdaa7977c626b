import {scenarios} from './scenarios/write.ts';
import {runScenarios} from './support.ts';

runScenarios('write', scenarios);
