import {scenarios} from './scenarios/open.ts';
import {runScenarios} from './support.ts';

runScenarios('open', scenarios);
