import type { RoleSetup } from '../../../src/aws/role-setup.js';

const READER: RoleSetup = {
  schema: 'shop',
  region: 'eu-central-1',
  accountId: '123456789012',
  roleName: 'HeadgateReadRole',
  tables: ['orders', 'customers'],
  access: 'R',
  externalId: 'headgate-2h6q7n3vxk5m4p2r7t6s5w3y4z2a3b5c',
  principal: { kind: 'arn', arn: 'arn:aws:iam::999988887777:role/headgate' },
  sourceIdentity: false,
  catalogExtras: true,
  denyFullScans: false,
};

/** Set-ups whose texts are kept, one for each thing that the texts can differ by. */
export const SETUPS: Readonly<Record<string, RoleSetup>> = {
  reader: READER,
  'every-table': { ...READER, tables: '*', denyFullScans: true, sourceIdentity: true },
  appender: { ...READER, access: 'RA', tables: ['events'], catalogExtras: false },
  writer: { ...READER, access: 'W', roleName: 'HeadgateWriteRole' },
  'china-by-account': {
    ...READER,
    region: 'cn-north-1',
    access: 'RWA',
    principal: { kind: 'account', arn: 'arn:aws-cn:iam::999988887777:root', principalsLike: [] },
  },
  'government-by-sign-on': {
    ...READER,
    region: 'us-gov-west-1',
    access: 'metadata',
    roleName: 'teams/data/Catalog+Role',
    principal: {
      kind: 'account',
      arn: 'arn:aws-us-gov:iam::999988887777:root',
      principalsLike: [
        'arn:aws-us-gov:iam::999988887777:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Gate_0a1b',
      ],
    },
    sourceIdentity: true,
  },
  'many-tables': {
    ...READER,
    access: 'A',
    roleName: '/teams/HeadgateAdminRole',
    tables: Array.from({ length: 70 }, (_, i) => `tenant-${String(i + 1).padStart(3, '0')}.orders`),
  },
};
