import { crc32 } from 'node:zlib';
import { jsonMembers } from '../../dynamodb/json-slices.js';
import type { RawAnswer } from '../../dynamodb/raw-call.js';

/** The answer without that member of its object; the bytes of the others stay as they came. */
export function withoutMember(answer: RawAnswer, name: string): RawAnswer {
  const members = jsonMembers(answer.body);
  if (!members.has(name)) return answer;
  const kept = [...members].filter(([each]) => each !== name);
  return withBody(answer, objectOf(kept.map(([each, slice]) => [each, slicedBytes(answer.body, slice)])));
}

/** The answer with other names of tables in those members that are objects by table. */
export function withTableNames(
  answer: RawAnswer,
  names: ReadonlyMap<string, string>,
  members: ReadonlySet<string>,
): RawAnswer {
  if (names.size === 0) return answer;
  const { body } = answer;
  const renamed = [...jsonMembers(body)].map(([name, slice]): Member => {
    if (!members.has(name)) return [name, slicedBytes(body, slice)];
    const tables = [...jsonMembers(body, slice.start)];
    return [name, objectOf(tables.map(([table, each]) => [names.get(table) ?? table, slicedBytes(body, each)]))];
  });
  return withBody(answer, objectOf(renamed));
}

type Member = readonly [name: string, value: Uint8Array];

function slicedBytes(body: Uint8Array, { start, end }: { readonly start: number; readonly end: number }): Uint8Array {
  return body.subarray(start, end);
}

function objectOf(members: readonly Member[]): Uint8Array {
  const parts = members.flatMap(([name, value], index) => [
    Buffer.from(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`),
    value,
  ]);
  return Buffer.concat([Buffer.from('{'), ...parts, Buffer.from('}')]);
}

/** Clients check the checksum, so it must be that of what they get. */
function withBody(answer: RawAnswer, body: Uint8Array): RawAnswer {
  const { headers } = answer;
  const checked = 'x-amz-crc32' in headers ? { ...headers, 'x-amz-crc32': String(crc32(body)) } : headers;
  return { ...answer, headers: checked, body };
}
