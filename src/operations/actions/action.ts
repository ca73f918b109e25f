import type { z } from 'zod';
import type { TableFacts } from '../context.js';
import type { JsonObject } from '../request/json-value.js';
import type { ReadLimits } from '../run/operation.js';
import type { Page } from '../run/pages.js';

/** One action: what it takes, what it gives, and the verbs that it comes to. */
export interface Action<I = unknown, O = unknown> {
  readonly name: string;
  /** One sentence for forms and lists. */
  readonly description: string;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  run(input: I, tools: ActionTools): Promise<O>;
}

/** What an action works with: every call is decided, recorded, checked and sent as any other. Bodies are in DynamoDB JSON. */
export interface ActionTools {
  call(verb: string, body: JsonObject): Promise<JsonObject>;
  pages(verb: string, body: JsonObject, limits: ReadLimits): AsyncIterable<Page>;
  factsOf(table: string): Promise<TableFacts>;
  /** Waits a moment for what takes time in DynamoDB. Throws CANCELLED. */
  pause(): Promise<void>;
}

/** Gives the types of input and output to `run`, and forgets them outside. */
export function action<I, O>(definition: Action<I, O>): Action {
  // The input is parsed by its own schema before `run` gets it.
  return definition as unknown as Action;
}
