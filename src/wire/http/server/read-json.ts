import type { FastifyInstance } from 'fastify';
import { HeadgateError } from '../../../base/errors/headgate-error.js';
import { readsBackExactly } from '../../formats/exact-number.js';

/** Bodies are JSON, or empty where an endpoint needs none; a body that loses digits when it is read is refused. */
export function readJsonBodies(server: FastifyInstance): void {
  // It refuses `__proto__` as the name of a member.
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') {
      done(null, undefined);
      return;
    }
    parse(request, body, (error, value) => {
      try {
        if (error === null) refuseInexactNumbers(body);
        done(error, value);
      } catch (inexact) {
        // `refuseInexactNumbers` throws nothing else.
        done(inexact as HeadgateError);
      }
    });
  });
}

/** A string of JSON, or what begins like a number; what stands in strings is no number. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** Throws REQUEST_INVALID when a number of the JSON text would lose digits on its way through a double. */
export function refuseInexactNumbers(json: string): void {
  for (const [token] of json.matchAll(STRING_OR_NUMBER)) {
    if (token.startsWith('"') || isExact(token)) continue;
    throw new HeadgateError('REQUEST_INVALID', 'a number in the body has more digits than a JSON number keeps', {
      detail: `Of ${token.slice(0, 50)} only ${Number(token)} would be left.`,
      hint: 'Send it as a string: parameters adapt to what they are compared with.',
    });
  }
}

function isExact(token: string): boolean {
  const [mantissa = '', exponent] = token.split(/e/i);
  if (!readsBackExactly(mantissa)) return false;
  if (exponent === undefined) return true;
  const isZero = /^[-0.]*$/.test(mantissa);
  return Number.isFinite(Number(token)) && (Number(token) === 0) === isZero;
}
