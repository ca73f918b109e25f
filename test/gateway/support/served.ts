import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeadgateConfig } from '../../../src/config/headgate-config.js';
import { settleConfig } from '../../../src/config/settle-config.js';
import { serve } from '../../../src/serve/serve.js';
import { Session } from './session.js';

export interface Served {
  readonly url: string;
  /** HEADGATE_HOME. */
  readonly home: string;
  readonly operator: Session;
  /** The lines of its log so far. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

export interface ServedOptions extends Partial<Pick<HeadgateConfig, 'audit' | 'limits' | 'store'>> {
  /** Endpoint of the DynamoDB by the name of the schema. */
  readonly schemas: Readonly<Record<string, string>>;
  readonly publicUrl?: string;
}

/** The whole gateway, as `headgate up` serves it, in this process: with a store of its own unless `store` says otherwise. */
export async function serveGateway({ schemas, publicUrl, ...parts }: ServedOptions): Promise<Served> {
  const home = await mkdtemp(join(tmpdir(), 'headgate-gateway-'));
  const named = Object.entries(schemas).map(([name, url]) => ({ name, endpoint: { kind: 'url' as const, url } }));
  const settled = settleConfig({ schemas: named, server: { httpPort: 0, endpointPort: 0, publicUrl } });
  const source = { kind: 'file', path: join(home, 'headgate.yaml') } as const;
  const log: string[] = [];
  const config: HeadgateConfig = { ...settled, source, home, store: {}, ...parts };
  const served = await serve(config, {
    audience: 'shared',
    log: { write: (line: string) => log.push(line) },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return {
    url: served.url,
    home,
    operator: new Session(served.url, served.operatorKey),
    log,
    async close() {
      await served.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
