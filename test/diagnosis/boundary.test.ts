import {scenarios} from './scenarios/boundary.ts';
import {runScenarios} from './support.ts';

runScenarios('boundary', scenarios);
