import {scenarios} from './rules/tls.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('tls', scenarios);
