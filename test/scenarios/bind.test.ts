import {runScenarios} from '../helpers/scenarios/scenario.ts';
import {scenarios} from './rules/bind.ts';

runScenarios('bind', scenarios);
