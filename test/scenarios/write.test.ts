import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/write.ts';

runScenarios('write', scenarios);
