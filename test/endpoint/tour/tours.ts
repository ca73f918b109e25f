import { fileURLToPath } from 'node:url';
import * as sdk from '@aws-sdk/client-dynamodb';
import { findPython, type Keys, runPython } from './python.js';
import type { TourStep } from './tour-steps.js';

/** A program that takes the tour: what came of each step, as that program shows it. */
export interface TourClient {
  readonly name: string;
  /** The Debian packages that it comes with, when it cannot be found. */
  readonly missing: string | undefined;
  /** Whether it takes the steps that it is given, and not some of its own. */
  readonly takesSteps: boolean;
  run(place: { readonly endpoint: string; readonly keys: Keys }, steps: readonly TourStep[]): Promise<unknown[]>;
}

const boto3 = findPython('boto3');
const awscli = findPython('awscli.clidriver', 'botocore');

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

export const TOUR_CLIENTS: readonly TourClient[] = [
  { name: 'the AWS SDK for JavaScript', missing: undefined, takesSteps: true, run: runSdk },
  {
    name: 'boto3',
    missing: boto3 === undefined ? 'python3-boto3' : undefined,
    takesSteps: true,
    run: ({ endpoint, keys }, steps) =>
      runPython([boto3 ?? '', script('boto3-tour.py'), endpoint, 'client'], { input: JSON.stringify(steps), keys }),
  },
  {
    name: 'the AWS command line',
    missing: awscli === undefined ? 'awscli' : undefined,
    takesSteps: true,
    run: ({ endpoint, keys }, steps) =>
      runPython([awscli ?? '', script('cli-tour.py'), endpoint], { input: JSON.stringify(steps), keys }),
  },
  {
    name: 'documents of boto3',
    missing: boto3 === undefined ? 'python3-boto3' : undefined,
    takesSteps: false,
    run: ({ endpoint, keys }) =>
      runPython([boto3 ?? '', script('boto3-tour.py'), endpoint, 'documents'], { input: '', keys }),
  },
];

async function runSdk(
  { endpoint, keys }: { readonly endpoint: string; readonly keys: Keys },
  steps: readonly TourStep[],
): Promise<unknown[]> {
  const client = new sdk.DynamoDBClient({ endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
  const outcomes: unknown[] = [];
  try {
    for (const { verb, input } of steps) {
      // Every verb has its command, which takes what goes over the wire, with binary as bytes.
      const Command = Reflect.get(sdk, `${verb}Command`);
      outcomes.push(await outcomeOf(client.send(new Command(withBytes(input)))));
    }
  } finally {
    client.destroy();
  }
  return outcomes;
}

async function outcomeOf(sent: Promise<object>): Promise<unknown> {
  try {
    const { $metadata: _metadata, ...answer } = { $metadata: undefined, ...(await sent) };
    return plain({ answer });
  } catch (error) {
    const { name, message, $metadata: metadata, CancellationReasons: reasons, Item: item } = Object(error);
    return plain({ error: name, message, status: metadata?.httpStatusCode, reasons, item });
  }
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => {
    if (name === 'B' && typeof member === 'string') return [name, Buffer.from(member, 'base64')];
    if (name === 'BS') return [name, member.map((each: string) => Buffer.from(each, 'base64'))];
    return [name, withBytes(member)];
  });
  return Object.fromEntries(members);
}
