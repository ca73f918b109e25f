import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needsOfVerb } from '../../src/access/verb-classes.js';
import { type EmbeddedDynamodb, openEmbedded } from '../../src/dynamodb/embedded/open-embedded.js';
import { type PassingForwarder, passOn } from '../support/pass-on.js';
import { openTestEndpoint, type TestEndpoint } from '../support/test-endpoint.js';
import { TOUR } from './tour/tour-steps.js';
import { TOUR_CLIENTS } from './tour/tours.js';

const NEVER = new AbortController().signal;
const LOCAL = { accessKeyId: 'local', secretAccessKey: 'local' };

/** As access.md lists them. */
const VERBS = `GetItem BatchGetItem Query Scan TransactGetItems DescribeTable DescribeTimeToLive ListTagsOfResource
  ListTables PutItem UpdateItem DeleteItem BatchWriteItem TransactWriteItems ExecuteStatement BatchExecuteStatement
  ExecuteTransaction CreateTable UpdateTable DeleteTable UpdateTimeToLive TagResource UntagResource
  UpdateContinuousBackups`.split(/\s+/);

let forwarder: PassingForwarder;
let endpoint: TestEndpoint;
/** Where the endpoint forwards to now: each tour begins with an empty DynamoDB. */
let upstream: EmbeddedDynamodb;

beforeAll(async () => {
  endpoint = await openTestEndpoint((...call) => forwarder.forward(...call));
}, 180_000);
afterAll(() => endpoint?.close());

it('the tour takes every verb that Headgate knows', () => {
  expect([...new Set(TOUR.map(({ verb }) => verb))].sort()).toEqual(VERBS.toSorted());
  expect(VERBS.filter((verb) => needsOfVerb(verb) === undefined)).toEqual([]);
});

describe.each(TOUR_CLIENTS)('$name', ({ run, missing, takesSteps }) => {
  it.skipIf(missing)(
    'gets the same answers through Headgate as from DynamoDB itself',
    async () => {
      upstream = await openEmbedded({ directory: undefined, signal: NEVER });
      const direct = await openEmbedded({ directory: undefined, signal: NEVER });
      forwarder = passOn(upstream.endpoint);
      try {
        const [through, itself] = await Promise.all([
          run({ endpoint: endpoint.url, keys: endpoint.keys }, TOUR),
          run({ endpoint: direct.endpoint, keys: LOCAL }, TOUR),
        ]);
        expect(through.map(hasFailed)).toEqual(
          takesSteps ? TOUR.map(({ fails }) => fails !== undefined) : OF_DOCUMENTS,
        );
        expect(through.map(withoutChance)).toEqual(itself.map(withoutChance));
      } finally {
        forwarder.close();
        await Promise.all([upstream.close(), direct.close()]);
      }
    },
    180_000,
  );
});

/** The steps of `boto3-tour.py` with documents: only a key that the table does not have fails. */
const OF_DOCUMENTS = [false, false, false, false, true, false];

function hasFailed(outcome: unknown): boolean {
  return Boolean(Object(outcome).error);
}

/** Times and ids differ from run to run; their being there does not. */
function withoutChance(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutChance);
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => [
      name,
      CHANCE.test(name) ? typeof member : withoutChance(member),
    ]);
    return Object.fromEntries(members);
  }
  return typeof value === 'string' ? value.replaceAll(REQUEST_ID, 'an id') : value;
}

const CHANCE = /DateTime$|^TableId$|^RequestId$|^HTTPHeaders$/;
const REQUEST_ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
