import type { Caller, OperationContext } from '../context.js';
import { operationService } from '../operation-service.js';
import { ann, SIGNAL } from './fake-schema.js';

/** What came back, parsed; `type` is the name of the error without its namespace. */
export interface ForwardedJson {
  readonly status: number;
  readonly type: string | undefined;
  readonly message: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Forwards a call as an SDK would send it, and reads the answer. For tests only. */
export async function forwardJson(
  context: OperationContext,
  verb: string,
  body: object | string,
  caller: Caller = ann,
): Promise<ForwardedJson> {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const answer = await operationService(context).forward({ caller, verb, body: bytes, signal: SIGNAL });
  const content: Record<string, unknown> = JSON.parse(Buffer.from(answer.body).toString());
  const type = content['__type'];
  return {
    status: answer.status,
    type: typeof type === 'string' ? type.slice(type.lastIndexOf('#') + 1) : undefined,
    message: String(content['message'] ?? ''),
    content,
  };
}
