import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { postgresClient } from './postgres-sessions.js';
import { storeError } from './store-error.js';

export interface Listener {
  close(): Promise<void>;
}

export interface Heard {
  /** The text of a notification. */
  notification(payload: string): void;
  /** Notifications may have been missed. While the connection is lost this is said again and again, at least once a second. */
  gap(): void;
}

/**
 * Listens to a channel of a PostgreSQL until it is closed; a lost connection is made again. Throws STORE_UNAVAILABLE when
 * the first connection fails.
 */
export async function listenTo(channel: string, databaseUrl: string, heard: Heard): Promise<Listener> {
  const stop = new AbortController();
  const connect = async (): Promise<Client> => {
    const client = postgresClient(databaseUrl, PATIENCE_MS);
    client.on('notification', ({ payload }) => heard.notification(payload ?? ''));
    // Without a handler a lost connection would end the process; the heartbeat finds it.
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      return client;
    } catch (cause) {
      void client.end().catch(() => {});
      throw cause;
    }
  };
  const first = await connectAtFirst(connect);
  const ended = keepListening({ first, connect, heard, signal: stop.signal });
  return {
    async close() {
      stop.abort();
      await ended;
    },
  };
}

/** The patience that notices a lost connection soon is short for a machine that is busy starting: a few tries make up for it. */
async function connectAtFirst(connect: () => Promise<Client>): Promise<Client> {
  let failure: unknown;
  for (let tries = 0; tries < FIRST_TRIES; tries++) {
    try {
      return await connect();
    } catch (cause) {
      failure = cause;
    }
  }
  throw storeError(failure);
}

interface Round {
  readonly first: Client;
  readonly connect: () => Promise<Client>;
  readonly heard: Heard;
  readonly signal: AbortSignal;
}

async function keepListening({ first, connect, heard, signal }: Round): Promise<void> {
  let client: Client | undefined = first;
  while (!signal.aborted) {
    if (client !== undefined) {
      await untilLost(client, signal);
      void client.end().catch(() => {});
      if (signal.aborted) return;
    }
    heard.gap();
    client = await connect().catch(() => undefined);
    // It listens again; what was announced in between was not heard.
    if (client !== undefined) heard.gap();
    else await delay(RETRY_MS, undefined, { signal }).catch(() => {});
  }
  await client?.end().catch(() => {});
}

/** A connection can be dead without a word, so it is asked for a sign of life. */
async function untilLost(client: Client, signal: AbortSignal): Promise<void> {
  const lost = once(client, 'end', { signal }).then(
    () => false,
    () => false,
  );
  const alive = async (): Promise<boolean> => {
    await delay(HEARTBEAT_MS, undefined, { signal });
    await client.query('select 1');
    return true;
  };
  while (await Promise.race([lost, alive().catch(() => false)]));
}

const HEARTBEAT_MS = 400;
const PATIENCE_MS = 500;
const RETRY_MS = 250;
const FIRST_TRIES = 20;
