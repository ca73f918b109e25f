import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needsOfVerb } from '../../src/access/verb-classes.js';
import { type EmbeddedDynamodb, openEmbedded } from '../../src/dynamodb/embedded/open-embedded.js';
import { openRealGateway, type RealGateway } from '../support/real-gateway.js';
import { TOUR } from './tour/tour-steps.js';
import { TOUR_CLIENTS } from './tour/tours.js';

const NEVER = new AbortController().signal;
const LOCAL = { accessKeyId: 'local', secretAccessKey: 'local' };

/** As access.md lists them. */
const VERBS = `GetItem BatchGetItem Query Scan TransactGetItems DescribeTable DescribeTimeToLive ListTagsOfResource
  ListTables PutItem UpdateItem DeleteItem BatchWriteItem TransactWriteItems ExecuteStatement BatchExecuteStatement
  ExecuteTransaction CreateTable UpdateTable DeleteTable UpdateTimeToLive TagResource UntagResource
  UpdateContinuousBackups`.split(/\s+/);

/** Each client has a schema of its own, which is the only one that it can see, and so that of plain names. */
const SCHEMAS = TOUR_CLIENTS.map((_, i) => `tour${i}`);
let upstreams: readonly EmbeddedDynamodb[] = [];
let gateway: RealGateway;

beforeAll(async () => {
  upstreams = await Promise.all(SCHEMAS.map(() => openEmbedded({ directory: undefined, signal: NEVER })));
  const endpoints = SCHEMAS.map((schema, i) => [schema, upstreams[i]?.endpoint ?? '']);
  gateway = await openRealGateway({ schemas: Object.fromEntries(endpoints) });
}, 180_000);
afterAll(async () => {
  await gateway?.close();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

it('the tour takes every verb that Headgate knows', () => {
  expect([...new Set(TOUR.map(({ verb }) => verb))].sort()).toEqual(VERBS.toSorted());
  expect(VERBS.filter((verb) => needsOfVerb(verb) === undefined)).toEqual([]);
});

describe.each(TOUR_CLIENTS.map((client, i) => ({ ...client, schema: SCHEMAS[i] })))(
  '$name',
  ({ run, missing, takesSteps, schema }) => {
    it.skipIf(missing)(
      'gets the same answers through Headgate as from DynamoDB itself',
      async () => {
        const direct = await openEmbedded({ directory: undefined, signal: NEVER });
        try {
          const { keys } = await gateway.addClient(`client of ${schema}`.replaceAll(' ', '-'), {
            grants: [`A ${schema}`],
          });
          const [through, itself] = await Promise.all([
            run({ endpoint: gateway.endpointUrl, keys }, TOUR),
            run({ endpoint: direct.endpoint, keys: LOCAL }, TOUR),
          ]);
          expect(through.map(hasFailed)).toEqual(
            takesSteps ? TOUR.map(({ fails }) => fails !== undefined) : OF_DOCUMENTS,
          );
          const shown = (outcome: unknown, i: number) =>
            takesSteps && TOUR[i]?.refusedHere === true ? typeIn(outcome) : withoutChance(outcome);
          expect(through.map(shown)).toEqual(itself.map(shown));
        } finally {
          await direct.close();
        }
      },
      180_000,
    );
  },
);

/** The steps of `boto3-tour.py` with documents: only a key that the table does not have fails. */
const OF_DOCUMENTS = [false, false, false, false, true, false];

function hasFailed(outcome: unknown): boolean {
  return Boolean(Object(outcome).error);
}

/** The type of the error in an outcome, in whatever form the client shows it. */
function typeIn(outcome: unknown): string | undefined {
  return /\w+Exception/.exec(JSON.stringify(outcome))?.[0];
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
