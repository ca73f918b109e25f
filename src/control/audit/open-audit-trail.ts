import { insertAuditRecords, readAuditRecordsOf } from '../store/audit-rows.js';
import type { Sealer } from '../store/seal.js';
import type { Store } from '../store/store.js';
import { addUsage } from '../store/usage-rows.js';
import { usageOf } from '../usage/usage-of.js';
import { auditContent, type LiteralsSetting } from './audit-content.js';
import type { OpenTrail } from './audit-event.js';
import { type AuditContent, type AuditRecord, chainRecord } from './audit-record.js';
import { readChainHead, writeChainEnd } from './chain-ends.js';
import { Delivery } from './delivery.js';
import { GroupCommit } from './group-commit.js';
import type { AuditSink, SinkReport } from './sink.js';

export interface StoredTrailOptions {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly literals: LiteralsSetting;
  /** Get every record of this gateway after it is stored; closed with the trail. */
  readonly sinks?: readonly AuditSink[];
  /** When a sink fails, fails again, works again, or loses records. */
  readonly onSink?: (report: SinkReport) => void;
}

/**
 * The audit trail in the store, of which several gateways may write one chain. What it records is also added to usage, in the
 * same transaction. `record` throws STORE_UNAVAILABLE, STORE_FAILED, SEALING_KEY_WRONG, AUDIT_BROKEN, UNAVAILABLE; after the
 * first of them the record may be there all the same, as after any transaction whose end was not heard.
 */
export function openAuditTrail({ store, sealer, literals, sinks = [], onSink }: StoredTrailOptions): OpenTrail {
  const reread = (sequences: readonly number[]) => readAuditRecordsOf(store.db, sequences);
  const deliveries = sinks.map(
    (sink) => new Delivery({ sink, reread, ...(onSink === undefined ? {} : { onReport: onSink }) }),
  );
  const group = new GroupCommit<AuditContent>({
    async commit(batch) {
      const records = await storeRecords(store, sealer, batch);
      for (const delivery of deliveries) delivery.send(records);
    },
  });
  return {
    record: async (event) => await group.add(auditContent(event, literals)),
    async close() {
      await group.close();
      await Promise.all(deliveries.map((delivery) => delivery.close()));
    },
  };
}

async function storeRecords(
  store: Store,
  sealer: Sealer,
  batch: readonly AuditContent[],
): Promise<readonly AuditRecord[]> {
  return await store.inTurn('audit', async (transaction) => {
    let end = await readChainHead(transaction, sealer);
    const records: AuditRecord[] = [];
    for (const content of batch) {
      const record = chainRecord(content, end);
      records.push(record);
      end = record;
    }
    await insertAuditRecords(transaction, records);
    await addUsage(transaction, batch.flatMap(usageOf));
    await writeChainEnd(transaction, sealer, { name: 'audit-head', end });
    return records;
  });
}
