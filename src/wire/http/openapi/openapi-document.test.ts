import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ENDPOINTS } from '../contract/endpoints.js';
import { startTestServer } from '../testing/test-server.js';
import { docsPage } from './docs-page.js';
import { EXAMPLES } from './examples.js';
import { JsonSchemas } from './json-schemas.js';
import { type Operation, openApiDocument } from './openapi-document.js';

const GOLDEN = new URL('./openapi.golden', import.meta.url);
const document = openApiDocument('1.2.3');

function operations(): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
}

describe('the OpenAPI document', () => {
  // HEADGATE_REWRITE_GOLDEN=1 rewrites what is expected; look at the difference before it is kept.
  it('is what it was', async () => {
    const text = `${JSON.stringify(document, null, 1)}\n`;
    if (process.env['HEADGATE_REWRITE_GOLDEN'] === '1') await writeFile(GOLDEN, text);
    expect(text).toBe(await readFile(GOLDEN, 'utf8'));
  });

  it('refers only to what is there', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path?.split('/') ?? []);
    expect(references.length).toBeGreaterThan(50);
    for (const path of references) {
      const found = path.reduce<unknown>((at, name) => Object(at)[name], document);
      expect([path, found]).toEqual([path, expect.anything()]);
    }
    expect(text).not.toContain('__schema');
  });

  it('has every parameter of a path, and a name for every call', () => {
    for (const [call, { parameters = [], security }] of operations()) {
      const inPath = [...call.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect([call, parameters.filter((one) => one.in === 'path' && one.required).map(({ name }) => name)]).toEqual([
        call,
        inPath,
      ]);
      expect(Array.isArray(security)).toBe(true);
    }
    const names = operations().map(([, { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is served as it is, and every call in it exists', async () => {
    const server = await startTestServer();
    expect((await server.ask('GET /v1/openapi.json', { token: undefined })).json).toEqual(document);
    for (const [call] of operations()) {
      const { json, status } = await server.ask(call.replaceAll(/\{\w+\}/g, 'x'), { token: 'nobody' });
      expect([call, [404, 405].includes(status), json?.error?.code === 'NOT_FOUND']).toEqual([call, false, false]);
    }
  });

  it('does not let two forms have one id', () => {
    const schemas = new JsonSchemas();
    const form = z.object({ size: z.int().default(1) }).meta({ id: 'OfTwoForms' });
    schemas.of(form, 'input');
    expect(() => schemas.of(form, 'input')).not.toThrow();
    // What has a default may be left out by who sends it, and is always there for who gets it.
    expect(() => schemas.of(form, 'output')).toThrow('OfTwoForms');
  });
});

describe('examples', () => {
  it('are of the form that their calls take, and every call that takes a body has one', () => {
    for (const [name, endpoint] of Object.entries(ENDPOINTS)) {
      const { body, values } = EXAMPLES[name] ?? {};
      expect([name, endpoint.body.safeParse(body).error?.issues ?? []]).toEqual([name, []]);
      const keys = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key ?? '');
      const params = Object.fromEntries(keys.map((key) => [key, values?.[key]]));
      expect([name, endpoint.params.safeParse(params).error?.issues ?? []]).toEqual([name, []]);
      const query = Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => !keys.includes(key)));
      expect([name, endpoint.query.safeParse(query).error?.issues ?? []]).toEqual([name, []]);
    }
    expect(Object.keys(EXAMPLES).filter((name) => ENDPOINTS[name] === undefined)).toEqual([]);
  });
});

describe('the pages', () => {
  it('show every call with a command line, and load nothing from anywhere', async () => {
    const server = await startTestServer();
    const { headers, text } = await server.ask('GET /docs', { token: undefined });
    expect(text).toBe(docsPage(document));
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]+='; /);
    expect(text).not.toMatch(/<script|<link|<img|<iframe|https?:\/\/(?!127)|@import|url\(/);
    for (const [, { operationId }] of operations()) expect(text).toContain(`<article id="${operationId}">`);
    expect(text.match(/<pre tabindex="0"><code>curl /g)).toHaveLength(operations().length);
    expect(text).toContain('options.maxRows');
    expect(text).toContain('prefers-color-scheme: dark');
  });

  it('show no part of the API as markup', () => {
    const hostile = { name: '<b>&"', description: '<i>' };
    const page = docsPage({ ...document, tags: [hostile], paths: {} });
    expect(page).toContain('&lt;b&gt;&amp;&quot;');
    expect(page).not.toMatch(/<b>|<i>/);
  });
});
