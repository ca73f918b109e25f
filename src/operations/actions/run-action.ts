import { HeadgateError } from '../../base/errors/headgate-error.js';
import { nearest } from '../../base/nearest.js';
import type { Caller, OperationContext, TableSpent } from '../context.js';
import { factsOf } from '../prepare-call.js';
import { invalid } from '../refuse.js';
import { asObject, member, pathText } from '../request/json-value.js';
import { totalSpent } from '../run/batch.js';
import { exchange } from '../run/exchange.js';
import { readPages } from '../run/pages.js';
import type { ActionTools } from './action.js';
import { ACTIONS } from './actions.js';

export interface ActionRequest {
  readonly caller: Caller;
  readonly action: string;
  /** JSON, read by `parseExactJson` so that numbers keep their digits. */
  readonly input: unknown;
  /** Read units after which no further page is asked for, whatever the input says. */
  readonly maxUnits?: number | undefined;
  readonly signal: AbortSignal;
}

export interface ActionResult {
  readonly output: unknown;
  readonly spent: readonly TableSpent[];
}

const PAUSE_MS = 1000;

/** Runs one action. Throws NOT_FOUND for one that is not there, REQUEST_INVALID for its input, and what operations throw. */
export async function runAction(request: ActionRequest, context: OperationContext): Promise<ActionResult> {
  const found = ACTIONS.find(({ name }) => name === request.action);
  if (found === undefined) throw noAction(request.action);
  const given = asObject(request.input, 'The input');
  const parsed = found.input.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.map((step) => (typeof step === 'symbol' ? String(step) : step)) ?? [];
    throw invalid(pathText(path), issue?.message ?? 'it is not what the action takes');
  }
  const schema = member(given, 'schema');
  const caller = typeof schema === 'string' ? { ...request.caller, defaultSchema: schema } : request.caller;
  const { signal } = request;
  const spent: TableSpent[] = [];
  const tools: ActionTools = {
    async call(verb, body) {
      const answer = await exchange({ caller, verb, body, signal }, context);
      spent.push(...answer.spent);
      return answer.content;
    },
    async *pages(verb, body, limits) {
      const within = { ...limits, maxUnits: Math.min(limits.maxUnits ?? Infinity, request.maxUnits ?? Infinity) };
      for await (const page of readPages({ caller, verb, body, signal }, context, within)) {
        spent.push(...page.spent);
        yield page;
      }
    },
    factsOf: (name) => factsOf({ caller, name, signal }, context),
    pause: () => context.pause(PAUSE_MS, signal),
  };
  return { output: await found.run(parsed.data, tools), spent: totalSpent(spent) };
}

function noAction(name: string): HeadgateError {
  const names = ACTIONS.map((each) => each.name);
  const close = nearest(name, names);
  return new HeadgateError('NOT_FOUND', `There is no action ${JSON.stringify(name.slice(0, 100))}.`, {
    hint: close === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${close}?`,
  });
}
