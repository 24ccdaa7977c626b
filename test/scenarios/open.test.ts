import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/open.ts';

runScenarios('open', scenarios);
