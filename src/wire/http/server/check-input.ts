import type { z } from 'zod';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { nearest } from '../../../base/nearest.js';

/** The value as the schema makes it. Throws REQUEST_INVALID, which names the first fields that are wrong and no values. */
export function checkInput<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map((issue) => `${fieldOf(issue.path, where)}: ${issue.message}`);
  const hint = hintFor(checked.error.issues, schema);
  throw new HeadgateError('REQUEST_INVALID', `${where} is not as it should be`, {
    detail: problems.slice(0, 5).join('\n'),
    ...(hint === undefined ? {} : { hint }),
  });
}

function fieldOf(path: readonly PropertyKey[], where: string): string {
  return path.length === 0 ? where : path.map(String).join('.');
}

function hintFor(issues: readonly z.core.$ZodIssue[], schema: z.ZodType): string | undefined {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const known = keysAt(schema, issue.path);
    const better = nearest(issue.keys[0] ?? '', known);
    if (better !== undefined) return `Did you mean ${better}?`;
    if (known.length > 0) return `Known are ${known.join(', ')}.`;
  }
  return undefined;
}

/** The fields of the object schema at a path; none where it is no plain object. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const shape = shapeOf(schema);
  const [first, ...rest] = path;
  return first === undefined ? Object.keys(shape) : keysAt(shape[String(first)], rest);
}

/** The fields of an object, also of one that has a default or is optional. */
function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  const { shape, def } = Object(schema);
  if (shape !== undefined) return shape;
  return def?.innerType === undefined ? {} : shapeOf(def.innerType);
}
