import type {Scenario} from '../support.ts';
import {scenarios as answers} from './connect/answers.ts';

export const scenarios: readonly Scenario[] = [...answers];
