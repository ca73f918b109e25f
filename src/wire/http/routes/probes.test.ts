import { Counter, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { fakeServices } from '../testing/fake-services.js';
import { startTestServer } from '../testing/test-server.js';

describe('probes', () => {
  it('tell without a token whether the gateway lives', async () => {
    const admit = async () => ({ admitted: false, retryAfterSeconds: 60 }) as const;
    const server = await startTestServer({ services: fakeServices({ admit }) });
    const { status, json } = await server.ask('GET /healthz', { token: undefined });
    expect([status, json]).toEqual([200, { success: true, data: { status: 'ok' } }]);
  });

  it('tell what is not ready', async () => {
    const store = { name: 'store', isReady: false };
    const readiness = async () => [{ name: 'catalog', isReady: true }, store];
    const server = await startTestServer({ services: fakeServices({ readiness }) });
    const waiting = await server.ask('GET /readyz', { token: undefined });
    expect([waiting.status, waiting.json.error.detail]).toEqual([503, 'Not ready: store.']);
    store.isReady = true;
    const ready = await server.ask('GET /readyz', { token: undefined });
    expect([ready.status, ready.json.data.checks]).toEqual([
      200,
      [
        { name: 'accepting requests', isReady: true },
        { name: 'catalog', isReady: true },
        { name: 'store', isReady: true },
      ],
    ]);
  });
});

describe('metrics', () => {
  it('are for administrators, unless they are open', async () => {
    const server = await startTestServer();
    expect((await server.ask('GET /metrics', { token: undefined })).status).toBe(401);
    expect((await server.ask('GET /metrics', { token: 'nobody' })).status).toBe(403);
    expect((await server.ask('GET /metrics')).status).toBe(200);
    const open = await startTestServer({ openMetrics: true });
    expect((await open.ask('GET /metrics', { token: undefined })).status).toBe(200);
  });

  it('count requests by endpoint and status, and nothing that clients send becomes a label', async () => {
    const metrics = new Registry();
    new Counter({ name: 'others_total', help: 'Of another module.', registers: [metrics] }).inc(7);
    const server = await startTestServer({ metrics });
    await server.ask('POST /v1/query', { body: { sql: 'SELECT 1' } });
    await server.ask('GET /v1/schemas/evil-name', { token: undefined });
    await server.ask('GET /evil-path');
    const { text, headers } = await server.ask('GET /metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('headgate_http_requests_total{endpoint="POST /v1/query",status="200"} 1');
    expect(text).toContain('headgate_http_requests_total{endpoint="GET /v1/schemas/{schema}",status="401"} 1');
    expect(text).toContain('headgate_http_requests_total{endpoint="unknown",status="404"} 1');
    expect(text).toContain('headgate_http_request_seconds_count{endpoint="POST /v1/query"} 1');
    expect(text).toContain('headgate_http_requests_in_flight 1');
    expect(text).toContain('headgate_kept_results 0');
    expect(text).toContain('others_total 7');
    expect(text).not.toContain('evil');
  });
});
