import type { JsonSchema } from './json-schemas.js';
import type { OpenApiDocument } from './openapi-document.js';

/** One line of a table that shows a schema. */
export interface Field {
  /** With the members that it stands in: `options.maxRows`, `data[].name`. */
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/** Steps into schemas: members that lie deeper are not shown one by one, and some schemas have themselves in them. */
const MAX_DEPTH = 8;

/** The members of an object, those of objects in it too. */
export function fieldsOf(schema: JsonSchema, document: OpenApiDocument): Field[] {
  const members = new Map<string, Field>();
  for (const field of membersOf(schema, { document, prefix: '', depth: 0 })) {
    if (!members.has(field.name)) members.set(field.name, field);
  }
  return [...members.values()];
}

interface Place {
  readonly document: OpenApiDocument;
  readonly prefix: string;
  readonly depth: number;
}

function membersOf(schema: JsonSchema, outer: Place): Field[] {
  const place = { ...outer, depth: outer.depth + 1 };
  const { properties, required, items, anyOf } = resolved(schema, place.document);
  if (place.depth > MAX_DEPTH) return [];
  if (Array.isArray(anyOf)) return anyOf.flatMap((choice) => membersOf(choice, place));
  if (items !== undefined) return membersOf(Object(items), { ...place, prefix: place.prefix.replace(/\.$/, '[].') });
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries<JsonSchema>(Object(properties)).flatMap(([name, member]) => [
    {
      name: `${place.prefix}${name}`,
      type: typeText(member, place.document),
      isRequired: needed.includes(name),
      description: descriptionOf(member, place.document),
    },
    ...membersOf(member, { ...place, prefix: `${place.prefix}${name}.` }),
  ]);
}

function typeText(schema: JsonSchema, document: OpenApiDocument): string {
  const { type, enum: values, const: only, anyOf, items, format, minimum, maximum } = resolved(schema, document);
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(values)) return values.join(' | ');
  if (items !== undefined) return `list of ${typeText(Object(items), document)}`;
  if (typeof schema['$ref'] === 'string' && (Array.isArray(anyOf) || type === 'object')) return nameOf(schema['$ref']);
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map((choice) => typeText(choice, document)))].join(' or ');
  const bounds = [minimum === undefined ? '' : `from ${minimum}`, maximum === undefined ? '' : `to ${maximum}`];
  return [format ?? type ?? 'anything', ...bounds].filter((part) => part !== '').join(' ');
}

function descriptionOf(schema: JsonSchema, document: OpenApiDocument): string {
  const description = schema['description'] ?? resolved(schema, document)['description'] ?? '';
  const standard = schema['default'];
  const isPlain = standard !== undefined && typeof standard !== 'object';
  return `${description}${isPlain ? ` By default ${standard}.` : ''}`.trim();
}

function resolved(schema: JsonSchema, document: OpenApiDocument): JsonSchema {
  const { $ref } = schema;
  return typeof $ref === 'string' ? (document.components.schemas[nameOf($ref)] ?? {}) : schema;
}

function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
