import type { AuditConfig } from '../config/headgate-config.js';
import { removeOldAudit } from '../control/audit/remove-old-audit.js';
import type { Job } from '../control/jobs/job.js';
import { removeExpired } from '../control/store/remove-expired.js';
import { rollUpUsage } from '../control/usage/roll-up-usage.js';
import type { Control } from './open-control.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Usage is kept by day for so long, and by month from then on. */
const USAGE_DAYS = 400;

/** What recurs, once for all gateways of a store. Kept results are of one gateway, which forgets them itself. */
export function gatewayJobs(
  { store, sealer }: Pick<Control, 'store' | 'sealer'>,
  { retentionDays }: AuditConfig,
): readonly Job[] {
  const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
  const retention: Job = {
    name: 'audit-retention',
    cron: '20 3 * * *',
    timeLimitMs: HOUR_MS,
    async run(signal) {
      await removeOldAudit(store, sealer, { before: daysAgo(retentionDays ?? Number.POSITIVE_INFINITY), signal });
    },
  };
  return [
    {
      name: 'remove-expired',
      cron: '7 * * * *',
      timeLimitMs: HOUR_MS / 4,
      async run() {
        await removeExpired(store, new Date());
      },
    },
    {
      name: 'usage-roll-up',
      cron: '40 3 * * *',
      timeLimitMs: HOUR_MS,
      async run(signal) {
        await rollUpUsage(store, { before: daysAgo(USAGE_DAYS), signal });
      },
    },
    ...(retentionDays === undefined ? [] : [retention]),
  ];
}
