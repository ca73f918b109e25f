import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

const HERE = '#/components/schemas/';
/** What zod says of every whole number, and is of no use to readers. */
const SAFE = Number.MAX_SAFE_INTEGER;

/** JSON Schemas of zod schemas; those that have an id become components, once each. */
export class JsonSchemas {
  private readonly found = new Map<string, JsonSchema>();

  /** `input`: what a client sends. `output`: what it gets. Throws an Error when two schemas have one id. */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $schema: _, $defs = {}, ...json } = z.toJSONSchema(schema, { io, override: simplify });
    for (const [id, definition] of Object.entries($defs)) this.add(id, withReferences(definition));
    return withReferences(json);
  }

  /** In the order of their names. */
  get components(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private add(id: string, definition: JsonSchema): void {
    const known = this.found.get(id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(definition)) {
      throw new Error(`two schemas have the id ${id}`);
    }
    this.found.set(id, definition);
  }
}

function simplify({ zodSchema, jsonSchema }: Parameters<NonNullable<z.core.ToJSONSchemaParams['override']>>[0]): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.maximum === SAFE) delete jsonSchema.maximum;
  if (jsonSchema.minimum === -SAFE) delete jsonSchema.minimum;
  if (jsonSchema.propertyNames !== undefined) delete jsonSchema.propertyNames;
  // Answers may have more members one day; only what refuses others when it is read says so.
  const { def } = zodSchema._zod;
  if (def.type === 'object' && !('catchall' in def && def.catchall !== undefined)) {
    delete jsonSchema.additionalProperties;
  }
}

/** References of zod as references of OpenAPI. The JSON is its own copy. */
function withReferences(schema: object): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/$defs/', `"$ref":"${HERE}`));
}
