import {scenarios} from './rules/bind.ts';
import {runScenarios} from '../helpers/scenarios/scenario.ts';

runScenarios('bind', scenarios);
