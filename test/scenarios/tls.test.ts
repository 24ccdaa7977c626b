import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/tls.ts';

runScenarios('tls', scenarios);
