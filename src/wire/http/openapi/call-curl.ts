import { EXAMPLES } from './examples.js';
import type { Operation } from './openapi-document.js';

/** A command line that makes the call; `$HEADGATE_URL` and `$TOKEN` come from its environment. */
export function callCurl({
  method,
  path,
  operation,
}: {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}): string {
  const { body, values = {} } = EXAMPLES[operation.operationId] ?? {};
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? name));
  const query = (operation.parameters ?? [])
    .filter(({ name, in: place }) => place === 'query' && values[name] !== undefined)
    .map(({ name }) => `${name}=${encodeURIComponent(values[name] ?? '')}`);
  const url = `"$HEADGATE_URL${filled}${query.length === 0 ? '' : `?${query.join('&')}`}"`;
  const parts = [
    `curl${method === 'GET' ? '' : ` -X ${method}`} ${url}`,
    ...(operation.security.length === 0 ? [] : [`-H "Authorization: Bearer $TOKEN"`]),
    ...(body === undefined ? formParts(operation) : [`-H 'Content-Type: application/json'`, `-d ${quoted(body)}`]),
  ];
  return parts.join(' \\\n  ');
}

function formParts({ requestBody }: Operation): string[] {
  if (requestBody?.content['application/x-www-form-urlencoded'] === undefined) return [];
  return ['-u "$CLIENT_ID:$CLIENT_SECRET"', '-d grant_type=client_credentials'];
}

function quoted(body: unknown): string {
  return `'${JSON.stringify(body, null, 2).replaceAll("'", `'\\''`)}'`;
}
