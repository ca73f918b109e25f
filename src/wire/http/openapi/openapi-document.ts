import { z } from 'zod';
import { SCOPES } from '../../../access/principal.js';
import type { Endpoint } from '../contract/endpoint.js';
import { ENDPOINTS } from '../contract/endpoints.js';
import { failure } from '../contract/envelope.js';
import { EXAMPLES } from './examples.js';
import { type JsonSchema, JsonSchemas } from './json-schemas.js';
import { OTHER_PATHS } from './other-paths.js';

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly [kind: string]: Readonly<Record<string, unknown>>;
  };
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

type Content = Readonly<Record<string, { readonly schema?: JsonSchema; readonly example?: unknown }>>;

/** The API as OpenAPI 3.1, from the schemas that check its requests. */
export function openApiDocument(version: string): OpenApiDocument {
  const schemas = new JsonSchemas();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [name, endpoint] of Object.entries(ENDPOINTS)) {
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: operationOf(name, endpoint, schemas),
    };
  }
  const failureSchema = schemas.of(failure, 'output');
  return {
    openapi: '3.1.0',
    info: {
      title: 'Headgate',
      version,
      summary: 'SQL and access control for Amazon DynamoDB, over HTTP',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: TAGS,
    paths: { ...paths, ...OTHER_PATHS },
    components: {
      schemas: schemas.components,
      responses: { Failure: failureResponse(failureSchema) },
      headers: { RequestId: { description: 'The id of the request, for the log.', schema: { type: 'string' } } },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        oauth: {
          type: 'oauth2',
          flows: {
            clientCredentials: {
              tokenUrl: '/oauth2/token',
              refreshUrl: '/oauth2/token',
              scopes: Object.fromEntries(SCOPES.map((scope) => [scope, `Opens the calls that need ${scope}.`])),
            },
          },
        },
      },
    },
  };
}

const TAGS = [
  { name: 'Authentication', description: 'Tokens for programs.' },
  { name: 'Query', description: 'SQL: run, plan, page, stream, cancel.' },
  { name: 'Operations', description: "DynamoDB's own verbs, PartiQL, and typed actions." },
  { name: 'Schemas', description: 'Where tables are, and the way in.' },
  { name: 'Catalog', description: 'What tables look like.' },
  { name: 'Usage', description: 'What was spent.' },
  { name: 'Audit', description: 'What was done.' },
  { name: 'Administration', description: 'Who may do what.' },
  { name: 'Operation', description: 'For those who run the gateway.' },
];

function operationOf(name: string, endpoint: Endpoint, schemas: JsonSchemas): Operation {
  const { tag, summary, description, scope, body, data, streams } = endpoint;
  const parameters = [
    ...parametersOf(endpoint.params, 'path', schemas),
    ...parametersOf(endpoint.query, 'query', schemas),
  ];
  const takesBody = !body.safeParse(undefined).success;
  const example = EXAMPLES[name]?.body;
  const success = {
    type: 'object',
    required: ['success', 'data'],
    properties: { success: { const: true }, data: schemas.of(data, 'output') },
  };
  const streamed = streams.map((type) => [type.replace(/;.*/, ''), {}]);
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(description === '' ? {} : { description }),
    security: scope === 'none' ? [] : [{ bearer: [] }, { oauth: [scope] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(takesBody
      ? {
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: schemas.of(body, 'input'), ...(example === undefined ? {} : { example }) },
            },
          },
        }
      : {}),
    responses: {
      200: {
        description: 'Success.',
        headers: { 'x-request-id': { $ref: '#/components/headers/RequestId' } },
        content: { 'application/json': { schema: success }, ...Object.fromEntries(streamed) },
      },
      '4XX': { $ref: '#/components/responses/Failure' },
      '5XX': { $ref: '#/components/responses/Failure' },
    },
  };
}

/** The members of the object as parameters: what they are once they are read, and whether they must be there. */
function parametersOf(schema: z.ZodType, place: 'path' | 'query', schemas: JsonSchemas): Parameter[] {
  const { properties = {} } = z
    .object({ properties: z.record(z.string(), z.record(z.string(), z.unknown())).optional() })
    .parse(schemas.of(schema, 'output'));
  const { required = [] } = z.object({ required: z.array(z.string()).optional() }).parse(schemas.of(schema, 'input'));
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(typeof description === 'string' ? { description } : {}),
    schema: property,
  }));
}

function failureResponse(schema: JsonSchema) {
  return {
    description: 'Failure. With status 429 the header Retry-After says how many seconds to wait.',
    headers: { 'x-request-id': { $ref: '#/components/headers/RequestId' } },
    content: { 'application/json': { schema } },
  };
}
