import { AsyncLocalStorage } from 'node:async_hooks';
import { connectDynamodb } from '../../src/dynamodb/connect.js';
import type { TableReader } from '../../src/dynamodb/table-reader.js';
import { type FaultPlan, plannedFaults } from '../faults/fault-plan.js';
import { type Fault, type ProxiedRequest, startFaultProxy } from '../faults/fault-proxy.js';

/** Ways to DynamoDB through a proxy that misbehaves, one for each statement that is under way, with faults of its own. */
export interface FaultLanes {
  /** Does the work; what it reads by `reader` meets the faults of the plan. */
  during<T>(plan: FaultPlan, work: () => Promise<T>): Promise<T>;
  /** Reads along the lane of the work that calls, and directly where there is none. */
  readonly reader: TableReader;
  close(): Promise<void>;
}

export async function openFaultLanes(endpoint: string, direct: TableReader): Promise<FaultLanes> {
  const proxy = await startFaultProxy(endpoint);
  const current = new AsyncLocalStorage<TableReader>();
  const plans = new Map<string, (request: ProxiedRequest) => Fault | undefined>();
  let laneCount = 0;
  proxy.decide = (request) => plans.get(request.accessKeyId)?.(request);
  const reader = () => current.getStore() ?? direct;
  return {
    async during(plan, work) {
      const accessKeyId = `lane${laneCount++}`;
      plans.set(accessKeyId, plannedFaults(plan));
      // A client each: the SDK has a quota of retries per client, which the faults of all statements would use up.
      const credentials = { kind: 'keys', accessKeyId, secretAccessKey: 'local' } as const;
      const dynamodb = connectDynamodb({ region: 'us-east-1', credentials, endpoint: proxy.endpoint });
      try {
        return await current.run(dynamodb.reader, work);
      } finally {
        dynamodb.close();
        plans.delete(accessKeyId);
      }
    },
    reader: {
      getItem: (request, signal) => reader().getItem(request, signal),
      batchGetItem: (request, signal) => reader().batchGetItem(request, signal),
      query: (request, signal) => reader().query(request, signal),
      scan: (request, signal) => reader().scan(request, signal),
    },
    close: () => proxy.close(),
  };
}
