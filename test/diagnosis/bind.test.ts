import {scenarios} from './scenarios/bind.ts';
import {runScenarios} from './support.ts';

runScenarios('bind', scenarios);
