import { createHash } from 'node:crypto';
import { ERROR_KINDS } from '../../../base/errors/registry.js';
import { callCurl } from './call-curl.js';
import { DOCS_STYLE } from './docs-style.js';
import type { OpenApiDocument, Operation } from './openapi-document.js';
import { type Field, fieldsOf } from './schema-fields.js';

/** The policy under which the page shows itself: its own style and nothing else, no scripts, no other host. */
export const DOCS_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(DOCS_STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The API for people, as one HTML page, from its OpenAPI document. */
export function docsPage(document: OpenApiDocument): string {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Call => ({ method: method.toUpperCase(), path, operation })),
  );
  const sections = document.tags.map(({ name, description }) => ({
    name,
    description,
    calls: calls.filter(({ operation }) => operation.tags.includes(name)),
  }));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Headgate HTTP API</title>
<style>${DOCS_STYLE}</style>
</head>
<body>
<nav aria-label="Calls">
<h2>Headgate HTTP API</h2>
${sections.map(navSection).join('\n')}
<p><a href="#errors">Errors</a></p>
</nav>
<main>
<h1>Headgate HTTP API</h1>
${INTRODUCTION}
${sections.map((section) => sectionText(section, document)).join('\n')}
${errorsText()}
</main>
</body>
</html>
`;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

interface Section {
  readonly name: string;
  readonly description: string;
  readonly calls: readonly Call[];
}

const INTRODUCTION = `<p>JSON over HTTP. A call that succeeds answers <code>{"success": true, "data": ...}</code>, one that fails
<code>{"success": false, "error": {"code", "message", "detail", "hint", "position", "requestId"}}</code>, and the status always
tells which. Programs read <a href="/v1/openapi.json">the same as OpenAPI 3.1</a>. The examples take the address of the gateway
from <code>$HEADGATE_URL</code> and an access token from <code>$TOKEN</code>.</p>`;

function navSection({ name, calls }: Section): string {
  const items = calls.map(
    ({ operation, method }) =>
      `<li><a href="#${operation.operationId}"><span class="m ${method}">${method}</span> ${text(operation.summary)}</a></li>`,
  );
  return `<h3>${text(name)}</h3><ul>${items.join('')}</ul>`;
}

function sectionText({ name, description, calls }: Section, document: OpenApiDocument): string {
  return `<section><h2>${text(name)}</h2><p>${text(description)}</p>${calls.map((call) => callText(call, document)).join('')}</section>`;
}

function callText({ method, path, operation }: Call, document: OpenApiDocument): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const [content] = Object.values(requestBody?.content ?? {});
  const parameterFields = parameters.map(
    (parameter): Field => ({
      name: parameter.name,
      type: fieldsOf({ properties: { it: parameter.schema } }, document)[0]?.type ?? '',
      isRequired: parameter.required,
      description: [`In the ${parameter.in}.`, parameter.description ?? ''].join(' ').trim(),
    }),
  );
  return `<article id="${operationId}">
<h3><span class="m ${method}">${method}</span> <code>${text(path)}</code></h3>
<p><strong>${text(summary)}.</strong> ${text(description ?? '')} ${scopeText(operation)}</p>
${fieldTable('Parameters', parameterFields)}
${fieldTable('Body', content?.schema === undefined ? [] : fieldsOf(content.schema, document))}
${fieldTable('Answer', fieldsOf(Object(responses[200]).content?.['application/json']?.schema ?? {}, document))}
<pre tabindex="0"><code>${text(callCurl({ method, path, operation }))}</code></pre>
</article>`;
}

function scopeText({ security }: Operation): string {
  const scope = security.flatMap(({ oauth }) => oauth ?? [])[0];
  return scope === undefined ? 'Needs no token.' : `Needs the scope <code>${scope}</code>.`;
}

function fieldTable(title: string, fields: readonly Field[]): string {
  if (fields.length === 0) return '';
  const rows = fields.map(
    ({ name, type, isRequired, description }) =>
      `<tr><td><code>${text(name)}</code>${isRequired ? '' : ' <em>optional</em>'}</td><td>${text(type)}</td><td>${text(description)}</td></tr>`,
  );
  return `<div class="wide" tabindex="0"><table><caption>${title}</caption><thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function errorsText(): string {
  const rows = Object.entries(ERROR_KINDS).map(
    ([code, { httpStatus, retryable, summary }]) =>
      `<tr><td><code>${code}</code></td><td>${httpStatus}</td><td>${retryable ? 'yes' : 'no'}</td><td>${text(summary)}</td></tr>`,
  );
  return `<section id="errors"><h2>Errors</h2><div class="wide" tabindex="0"><table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Retry</th><th scope="col">When</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

function text(plain: string): string {
  return plain
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
