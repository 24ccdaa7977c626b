import {scenarios} from './rules/open.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('open', scenarios);
