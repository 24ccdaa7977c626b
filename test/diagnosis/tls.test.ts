import {scenarios} from './scenarios/tls.ts';
import {runScenarios} from './support.ts';

runScenarios('tls', scenarios);
