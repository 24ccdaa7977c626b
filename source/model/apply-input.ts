/** Applies one input to the parts of a model. */

import type {ModelInput} from '../domain/events.ts';
import {unreachable} from '../shared/unreachable.ts';
import {applyHookRecord, applyShortConnection} from './apply-hook-record.ts';
import {finalPassStep} from './diagnosis/cached-query.ts';
import type {Parts} from './parts.ts';

type Input<Type extends ModelInput['type']> = Extract<ModelInput, {type: Type}>;

/** @returns whether the view may have changed */
export function applyInput(parts: Parts, input: ModelInput): boolean {
	const {processes, threadRows, aggregates, interfaces, notices} = parts;
	switch (input.type) {
		case 'session':
			startSession(parts, input);
			return true;
		case 'ended':
			endSession(parts, input);
			return true;
		case 'process':
			applyProcess(parts, input);
			return true;
		case 'hook':
			applyHookRecord(parts, input);
			return true;
		case 'short-connection':
			applyShortConnection(parts, input);
			return true;
		case 'resync':
			threadRows.resync(input, input.event, input.at);
			return true;
		case 'load':
			processes.updateLoad(input, input.load);
			if (input.load.sockets !== null) threadRows.applyUnsampled(input, input.at);
			return true;
		case 'blocked':
			processes.addBlocked(input, input.at, input.ms);
			return true;
		case 'pool':
			processes.addPoolSample(input, {
				...{at: input.at, lookups: input.lookups, files: input.files},
				computing: null,
			});
			return true;
		case 'computing':
			processes.setComputing(input.proc, input.threads);
			return true;
		case 'resolver':
			processes.setResolver(input.proc, input.resolver);
			return true;
		case 'lost':
			processes.addLostFrames(input.frames);
			return true;
		case 'kernel':
			return mergePart(parts, input);
		case 'kernel-end':
			finishSnapshot(parts, input);
			return true;
		case 'counters':
			aggregates.counters(input.netns, input.at, input.counters);
			return true;
		case 'interfaces':
			interfaces.update(input);
			return true;
		case 'unwatched':
			dropNamespace(parts, input);
			return true;
		case 'all':
			parts.join.setShowAll(input.on);
			return true;
		case 'routes':
			addRouteAnswers(parts, input);
			return true;
		case 'route-inputs':
			return parts.routes.setInputs(input.netns, input.inputs, parts.clock.now);
		case 'ignore':
			parts.diagnoses.setIgnored(input.rule, input.on);
			return true;
		case 'forget':
			return parts.rows.removeClosed(input.ids);
		case 'notice':
			notices.add({at: input.at, level: input.level, source: input.source, message: input.message});
			return true;
		case 'clock':
			return tick(parts);
		default:
			return unreachable(input, 'input');
	}
}

function startSession({session}: Parts, {command, pid, netns, at}: Input<'session'>): void {
	session.command = command;
	session.pid = pid;
	session.netns = netns;
	session.startedAt = at;
}

function endSession({session, routes, clock, diagnoses}: Parts, input: Input<'ended'>): void {
	session.ended = {at: input.at, exitCode: input.exitCode, signal: input.signal};
	// The answers since the last tick are evidence for the rules.
	routes.applyAnswers(clock.now);
	clock.ticks += finalPassStep;
	diagnoses.finish();
}

function applyProcess({processes, threadRows}: Parts, input: Input<'process'>): void {
	if ('exitCode' in input) {
		processes.end(input);
		threadRows.closeAll(input, input.at);
	} else {
		processes.start(input);
	}
}

function mergePart(parts: Parts, {part, owners}: Input<'kernel'>): boolean {
	parts.aggregates.addPart(part);
	const changed = parts.join.mergePart(part, owners);
	assignJoinedRoutes(parts);
	return changed;
}

function finishSnapshot(parts: Parts, {end, owners}: Input<'kernel-end'>): void {
	const {join, routes, aggregates, clock} = parts;
	join.finishSnapshot(end, owners);
	assignJoinedRoutes(parts);
	if (end.kind === 'table') routes.assignMissing(end.netns, clock.now);
	aggregates.endSnapshot(end, owners);
}

/** A new socket's device is an input of its route. */
function assignJoinedRoutes({join, routes, clock}: Parts): void {
	for (const {row} of join.takeJoined()) routes.assign(row, clock.now);
}

function dropNamespace(
	{join, aggregates, interfaces, routes, clock}: Parts,
	{netns}: Input<'unwatched'>,
): void {
	join.dropNamespace(netns, clock.now);
	aggregates.dropNamespace(netns);
	interfaces.dropNamespace(netns);
	routes.dropNamespace(netns);
}

function addRouteAnswers({routes, clock}: Parts, {answers}: Input<'routes'>): void {
	for (const {route, ...query} of answers) routes.addAnswer(query, route, clock.now);
}

/** @returns whether time alone changed anything */
function tick(parts: Parts): boolean {
	const {clock, threadRows, processes, routes, aggregates, diagnoses, session, history, rows} = parts;
	const {now} = clock;
	clock.ticks++;
	threadRows.countRows(processes.list, clock.ticks);
	const routesChanged = routes.applyAnswers(now);
	const aggregatesChanged = aggregates.tick(now);
	const findingsChanged = diagnoses.evaluate();
	const changed = routesChanged || aggregatesChanged || findingsChanged;
	// Rows present at the command's end stay for the rest of the session.
	if (session.ended !== null) return changed;
	const historyChanged = history.tick(now);
	const rowsExpired = rows.expire(now);
	return changed || historyChanged || rowsExpired;
}
