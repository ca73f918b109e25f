import { crc32 } from 'node:zlib';
import { type JsonSlice, jsonMembers } from '../../dynamodb/json-slices.js';
import type { RawAnswer } from '../../dynamodb/raw-call.js';

/** Where the members of the answer's object are; none in an answer that is an error. */
export type AnswerMembers = ReadonlyMap<string, JsonSlice>;

/** Looked for once, because long answers take some time. Throws DYNAMODB_FAILED when the body is no JSON. */
export async function membersOf(answer: RawAnswer): Promise<AnswerMembers> {
  return answer.status === 200 ? await jsonMembers(answer.body) : new Map();
}

/** The answer without that member of its object; the bytes of the others stay as they came. */
export function withoutMember(answer: RawAnswer, members: AnswerMembers, name: string): RawAnswer {
  if (!members.has(name)) return answer;
  const kept = [...members].filter(([each]) => each !== name);
  return withBody(answer, objectOf(kept.map(([each, slice]) => [each, slicedBytes(answer.body, slice)])));
}

/** The answer with other names of tables in those members that are objects by table. */
export async function withTableNames(
  answer: RawAnswer,
  names: ReadonlyMap<string, string>,
  members: ReadonlySet<string>,
): Promise<RawAnswer> {
  if (names.size === 0) return answer;
  const { body } = answer;
  const renamed: Member[] = [];
  for (const [name, slice] of await jsonMembers(body)) {
    if (!members.has(name)) {
      renamed.push([name, slicedBytes(body, slice)]);
      continue;
    }
    const tables = [...(await jsonMembers(body, { start: slice.start }))];
    const byTable = tables.map(([table, each]): Member => [names.get(table) ?? table, slicedBytes(body, each)]);
    renamed.push([name, objectOf(byTable)]);
  }
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
