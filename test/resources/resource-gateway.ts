import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.js';
import { openTestGateway, type TestGateway, type TestGatewayOptions } from '../support/test-gateway.js';
import { type Leftovers, leftoversOf, watchConnections } from './leftovers.js';

/** Items of the table `things`: 400 of 8 KB, read in four pages. */
export const ITEMS = 400;
export const SUM = (ITEMS * (ITEMS - 1)) / 2;

const things = Array.from({ length: ITEMS }, (_, n) => ({
  id: { S: `k${n % 4}` },
  n: { N: String(n) },
  mixed: n % 2 === 0 ? { S: 'text' } : { L: [{ N: String(n) }] },
  text: { S: `${n} `.padEnd(8_000, 'x') },
}));

/** A gateway whose statements must leave nothing behind, over the table `things` and a proxy. */
export function resourceGateway(limits: TestGatewayOptions['limits'] = {}) {
  let gateway: TestGateway;
  let proxy: FaultProxy;
  let atRest: Leftovers;
  let openConnections: () => number;
  beforeAll(async () => {
    openConnections = watchConnections();
    gateway = await openTestGateway({
      limits,
      tables: [
        {
          name: 'things',
          partitionKey: { name: 'id', type: 'S' },
          sortKey: { name: 'n', type: 'N' },
          items: things,
        },
        { name: 'fresh', partitionKey: { name: 'id', type: 'S' }, items: [{ id: { S: 'it' } }] },
      ],
      endpointOf: async (embedded) => {
        proxy = await startFaultProxy(embedded);
        return proxy.endpoint;
      },
    });
    await gateway.ask('SELECT count(*) FROM things');
    atRest = await leftoversOf(gateway, proxy, openConnections);
    expect(atRest).toMatchObject({ requests: 0, files: [] });
  });
  afterEach(() => proxy.reset());
  afterAll(async () => {
    await gateway.close();
    await proxy.close();
    expect(openConnections()).toBe(0);
    vi.restoreAllMocks();
  });
  return {
    gateway: () => gateway,
    proxy: () => proxy,
    /** Passes once nothing is left; a broken connection is noticed a moment after it breaks. */
    async expectNothingLeft(): Promise<void> {
      await vi.waitFor(async () => {
        expect(await leftoversOf(gateway, proxy, openConnections)).toEqual(atRest);
      }, 2_000);
    },
  };
}
