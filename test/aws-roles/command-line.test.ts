import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OWN_ACCOUNT, PLACE } from '../../src/local-aws/testing/local-aws-under-test.js';
import { runCommandLine } from '../../src/wire/cli/run-command-line.js';
import { openRoleGateway, type RoleGateway } from './role-gateway.js';

/** The whole set-up by the command line, as two people do it: who runs Headgate, and the owner of the account. */
let gateway: RoleGateway;

beforeAll(async () => {
  gateway = await openRoleGateway();
  const { home, url, operatorKey } = gateway;
  // As a gateway that is served for everybody leaves them for its operator.
  await writeFile(join(home, 'gateway.json'), JSON.stringify({ url }));
  await writeFile(join(home, 'operator.key'), operatorKey);
}, 60_000);
afterAll(() => gateway?.close());

async function headgate(args: string, stdin = ''): Promise<{ status: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const never = async () => {
    throw new Error('not for this command');
  };
  const status = await runCommandLine(args.split(' '), {
    terminal: {
      stdin: Readable.from([stdin]),
      stdout,
      stderr,
      env: { HEADGATE_HOME: gateway.home },
      cwd: gateway.home,
      onInterrupt: () => () => {},
      exitNow: () => {},
    },
    openGateway: never,
    serve: never,
    rotateKey: never,
    verifyOwnTrail: never,
    renderPlan: never,
    runUp: never,
  });
  return { status, out: await text(stdout.end()), err: await text(stderr.end()) };
}

it('a schema is added, set up, validated, listed, shown, rotated, disabled and deleted', async () => {
  const { own, local } = gateway;
  const { dynamodbEndpoint, stsEndpoint } = local.aws;
  const place = `--account ${PLACE.account} --region ${PLACE.region} --role Reader --tables orders`;
  const stand = `--endpoint ${dynamodbEndpoint} --sts-endpoint ${stsEndpoint} --access-key-id ${own.accessKeyId}`;
  const added = await headgate(`schema add shop ${place} ${stand}`, `${own.secretAccessKey}\n`);
  expect(added).toMatchObject({ status: 0, out: expect.stringMatching(/status +pending/) });
  expect(added.err).toContain('headgate schema policy shop --format cli');
  expect(added.out).toMatch(/external id +headgate-/);
  expect(added.out + added.err).not.toContain(own.secretAccessKey);

  const failed = await headgate('schema validate shop');
  expect(failed).toMatchObject({ status: 3, err: expect.stringContaining('The schema shop is failed.') });
  expect(failed.out).toMatch(/^ok {4}Headgate's own credentials .*\nFAIL {2}Assuming the role /);
  expect(failed.out).toContain('\n      - Compare the ARN of the role with');

  const script = await headgate('schema policy shop');
  expect(script.out).toMatch(/^#!\/usr\/bin\/env bash\n/);
  const { trustPolicy, permissionPolicies, headgatePolicy } = JSON.parse(
    (await headgate('schema policy shop --format json')).out,
  );
  await local.aws.accounts.putUser({ account: OWN_ACCOUNT, name: 'headgate', policies: { Only: headgatePolicy } });
  await local.aws.accounts.putRole({
    account: PLACE.account,
    name: 'Reader',
    trustPolicy,
    permissionPolicies: { Only: permissionPolicies[0].document },
  });
  const validated = await headgate('schema validate shop');
  expect(validated).toMatchObject({ status: 0, err: expect.stringContaining('The schema shop is active.') });
  expect(validated.out.match(/^ok {4}/gm)).toHaveLength(7);
  expect((await headgate('schema list')).out).toMatch(/shop +│ active/);
  const shown = await headgate('schema show shop');
  expect(shown.out).toContain('What access R needs is allowed on the table.');
  expect(shown.out).not.toContain('external id');
  const { json } = await gateway.ask('POST /v1/query', { sql: 'SELECT count(*) FROM shop.orders' });
  expect(json.data.data).toEqual([[2]]);

  expect((await headgate('schema rotate shop')).err).toMatch(/is pending, and its external ID is headgate-/);
  expect((await headgate('schema disable shop')).err).toBe('The schema shop is disabled.\n');
  expect((await headgate('schema delete shop')).err).toContain('is deleted, with the grants on it');
  expect(await headgate('schema show shop')).toMatchObject({ status: 5 });
});

it('a schema that is not right is refused with what is wrong', async () => {
  const { status, err } = await headgate('schema add shop --account 12 --region eu-central-1');
  expect([status, err]).toEqual([2, expect.stringContaining('An account ID is 12 digits')]);
  expect(await headgate('schema add shop --account 123456789012')).toMatchObject({ status: 2 });
});
