import {scenarios} from './scenarios/lookup.ts';
import {runScenarios} from './support.ts';

runScenarios('lookup', scenarios);
