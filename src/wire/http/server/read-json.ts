import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { parseExactJson } from '../../../dynamodb/exact-json.js';
import { readsBackExactly } from '../../formats/exact-number.js';

/** For routes whose bodies are read with all digits of their numbers; DynamoDB takes 16 MB, counted without the JSON around it. */
export const EXACT_BODY = { config: { readsExactly: true }, bodyLimit: 17 * 2 ** 20 } as const;

/** Bodies are JSON, or empty where an endpoint needs none. */
export function readJsonBodies(server: FastifyInstance): void {
  // It refuses `__proto__` as the name of a member.
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') {
      done(null, undefined);
      return;
    }
    if (readsExactly(request)) {
      try {
        done(null, parseExactJson(body));
      } catch (refused) {
        // `parseExactJson` throws nothing else.
        done(refused as HeadgateError);
      }
      return;
    }
    parse(request, body, (error, value) => {
      try {
        if (error === null) checkJson(body);
        done(error, value);
      } catch (refused) {
        // `checkJson` throws nothing else.
        done(refused as HeadgateError);
      }
    });
  });
}

function readsExactly({ routeOptions }: FastifyRequest): boolean {
  return Object(routeOptions.config).readsExactly === true;
}

/** No request is nearly as deep; what is read by recursion must not run out of stack. */
const MAX_DEPTH = 64;
/** A string of JSON, a bracket, or what begins like a number; what stands in strings is neither. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]|-?\d[\d.eE+-]*/g;

/** Throws REQUEST_INVALID when a number of the JSON text would lose digits in a double, and when it is nested too deeply. */
function checkJson(json: string): void {
  let depth = 0;
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    else if (!token.startsWith('"') && !isExact(token)) throw inexact(token);
    if (depth > MAX_DEPTH) throw new HeadgateError('REQUEST_INVALID', 'the body is nested too deeply');
  }
}

function inexact(token: string): HeadgateError {
  return new HeadgateError('REQUEST_INVALID', 'a number in the body has more digits than a JSON number keeps', {
    detail: `Of ${token.slice(0, 50)} only ${Number(token)} would be left.`,
    hint: 'Send it as a string: parameters adapt to what they are compared with.',
  });
}

function isExact(token: string): boolean {
  const [mantissa = '', exponent] = token.split(/e/i);
  if (!readsBackExactly(mantissa)) return false;
  if (exponent === undefined) return true;
  const isZero = /^[-0.]*$/.test(mantissa);
  return Number.isFinite(Number(token)) && (Number(token) === 0) === isZero;
}
