/** Findings of the phase `lookup`. */
import type {Rule} from '../../../../domain/diagnosis/diagnosis.ts';
import {nameNotFound, resolverFailing} from './failures.ts';
import {lookupQueue} from './queue.ts';
import {lookupSlow} from './slow.ts';

export const lookupRules: readonly Rule[] = [nameNotFound, resolverFailing, lookupSlow, lookupQueue];
