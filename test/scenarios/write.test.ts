import {scenarios} from './rules/write.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('write', scenarios);
