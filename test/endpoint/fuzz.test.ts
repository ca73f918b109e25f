import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HeadgateError } from '../../src/base/errors/headgate-error.js';
import type { AccessKeyWithSecret } from '../../src/identity/access-keys.js';
import { AwsError } from '../../src/wire/dynamodb/aws-error.js';
import type { EndpointRecord } from '../../src/wire/dynamodb/endpoint.js';
import { openTestEndpoint, type TestEndpoint } from '../support/test-endpoint.js';
import { bytesOf, type FuzzRequest, fuzzRequest, type Signer } from './fuzz-requests.js';

const ROUNDS = 500;
const AT_ONCE = 20;
/** Far more than any answer takes here, and less than the timeouts of the endpoint. */
const PATIENCE_MS = 20_000;

let endpoint: TestEndpoint;
let keys: Readonly<Record<Signer, AccessKeyWithSecret>>;
let marks = 0;
/** Verb and body of what the client has signed with a good key and clock. */
const signed = new Set<string>();
const forwarded: string[] = [];
const records: EndpointRecord[] = [];

beforeAll(async () => {
  endpoint = await openTestEndpoint(
    async (_caller, verb, body) => {
      forwarded.push(`${verb} ${body}`);
      return { status: 200, headers: {}, body };
    },
    { onEnd: (record) => records.push(record), headersTimeoutMs: 60_000, requestTimeoutMs: 60_000 },
  );
  const revoked = await endpoint.identity.accessKeys.create(endpoint.clientId);
  await endpoint.identity.accessKeys.revoke(endpoint.clientId, revoked.accessKeyId);
  keys = {
    client: endpoint.keys,
    revoked,
    unknown: { ...endpoint.keys, accessKeyId: 'HGKAAAAAAAAAAAAAAAAA' },
    'wrong secret': { ...endpoint.keys, secretAccessKey: revoked.secretAccessKey },
  };
}, 180_000);
afterAll(() => endpoint?.close());

it(`of ${ROUNDS * AT_ONCE} requests, spoilt in every way, only those are forwarded that are rightly signed, and all end`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fuzzRequest, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (requests) => {
      const answers = await Promise.all(requests.map(send));
      for (const [i, { isGood, body }] of answers.entries()) {
        const answer = answers[i]?.answer ?? '';
        if (isGood) expect(answer).toContain(`\r\n\r\n${body}`);
        else expect(answer).toMatch(/^(HTTP\/1\.1 \d{3} |$)/);
      }
      expect(forwarded.filter((call) => !signed.has(call))).toEqual([]);
      expect(records.filter(isBug)).toEqual([]);
      records.length = 0;
    }),
    { numRuns: ROUNDS, endOnFailure: true },
  );
  // Otherwise the test would hold for an endpoint that refuses everything.
  expect(forwarded.length).toBeGreaterThan((ROUNDS * AT_ONCE) / 20);
  expect(signed.size - forwarded.length).toBeGreaterThan((ROUNDS * AT_ONCE) / 4);
}, 590_000);

/** Sends a request, then nothing more, and gives all that comes back until the connection is closed. */
async function send(request: FuzzRequest): Promise<{ isGood: boolean; body: string; answer: string }> {
  const { bytes, body } = bytesOf(request, { keys: keys[request.signer], mark: marks++ });
  const { verb, signer, minutesOff, faults } = request;
  const isRight = signer === 'client' && minutesOff === 0 && verb !== 'NoSuchVerb';
  if (isRight) signed.add(`${verb} ${Buffer.from(body)}`);
  const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  // A connection that the endpoint breaks is an answer too.
  socket.on('error', () => undefined).on('data', (chunk: Buffer) => chunks.push(chunk));
  const at = Math.floor(request.cut * bytes.length);
  socket.write(bytes.subarray(0, at));
  socket.end(bytes.subarray(at));
  let hangs = false;
  const patience = setTimeout(() => {
    hangs = true;
    socket.destroy();
  }, PATIENCE_MS);
  await new Promise((resolve) => socket.once('close', resolve));
  clearTimeout(patience);
  expect(hangs, 'no answer, and the connection stays open').toBe(false);
  return { isGood: isRight && faults.length === 0, body, answer: Buffer.concat(chunks).toString() };
}

/** An error that is none of a kind that is meant to be shown. */
function isBug({ error }: EndpointRecord): boolean {
  if (error === undefined || error instanceof AwsError) return false;
  return !(error instanceof HeadgateError) || error.code === 'INTERNAL';
}
