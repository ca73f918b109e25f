import type { FastifyReply } from 'fastify';
import type { ValidationEvent } from '../../../aws/validation/validated-role.js';
import type { SchemaValidation } from '../contract/schemas.js';
import type { ResponseBody } from '../server/response-body.js';
import { sendBody } from './send-body.js';

export interface ValidationStream {
  readonly validate: (onEvent: (event: ValidationEvent) => void) => Promise<SchemaValidation>;
  readonly stallTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly reply: FastifyReply;
}

/** Sends a line for each event of a validation as it happens, and at last its report. What fails before the first is thrown. */
export async function streamValidation({ validate, stallTimeoutMs, signal, reply }: ValidationStream): Promise<void> {
  const lines = linesOf(validate);
  const first = await lines.next();
  reply.type('application/x-ndjson');
  await sendBody({ reply, stallTimeoutMs, control: { signal } }, async (body) => {
    for (let line = first; line.done !== true; line = await lines.next()) await write(body, line.value);
  });
}

async function* linesOf(validate: ValidationStream['validate']): AsyncGenerator<string> {
  const waiting: ValidationEvent[] = [];
  let wake = () => {};
  let isEnded = false;
  const report = validate((event) => {
    waiting.push(event);
    wake();
  }).finally(() => {
    isEnded = true;
    wake();
  });
  // It is awaited below, perhaps only after it has failed.
  report.catch(() => undefined);
  for (;;) {
    for (const event of waiting.splice(0)) yield lineOf(event);
    if (isEnded) break;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  yield lineOf({ kind: 'report', report: await report });
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function write(body: ResponseBody, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    body.write(line, (error) => (error ? reject(error) : resolve()));
  });
}
