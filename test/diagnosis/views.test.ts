import {scenarios} from './scenarios/views.ts';
import {runScenarios} from './support.ts';

runScenarios('views', scenarios);
