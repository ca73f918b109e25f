import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { LoginFile } from './login-file.js';
import { accessToken, signIn } from './sign-in.js';

const NEVER = new AbortController().signal;
let url: string;
let logins: LoginFile;
/** Paths that were called. */
let calls: string[];
let isRefreshed: boolean;
beforeEach(async () => {
  calls = [];
  isRefreshed = true;
  const server = createServer((request, response) => {
    calls.push(String(request.url));
    const isRefused = request.url === '/v1/auth/refresh' && !isRefreshed;
    const data = { accessToken: `a${calls.length}`, refreshToken: `r${calls.length}`, expiresIn: 3600 };
    const error = { code: 'UNAUTHENTICATED', message: 'no' };
    response.statusCode = isRefused ? 401 : 200;
    response.end(JSON.stringify(isRefused ? { success: false, error } : { success: true, data }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  const home = await mkdtemp(join(tmpdir(), 'headgate-logins-'));
  logins = new LoginFile(home);
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(home, { recursive: true });
  });
});

const expired = () => ({ accessToken: 'old', refreshToken: 'r0', expiresAt: Date.now() + 59_000 });

it('a token is kept until it is about to expire, and then renewed once by all who want it', async () => {
  expect(await signIn({ url, logins, credentials: { kind: 'user', name: 'ann', password: 'p' } }, NEVER)).toBe('a1');
  expect(await accessToken({ url, logins }, NEVER)).toBe('a1');
  await logins.write(url, expired());
  const tokens = await Promise.all(Array.from({ length: 5 }, () => accessToken({ url, logins }, NEVER)));
  expect(tokens).toEqual(tokens.map(() => 'a2'));
  expect(calls).toEqual(['/v1/auth/sign-in', '/v1/auth/refresh']);
});

it('a session that has ended says to sign in again, or is begun anew for a client with its secret', async () => {
  isRefreshed = false;
  await expect(accessToken({ url, logins }, NEVER)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await logins.write(url, expired());
  await expect(accessToken({ url, logins }, NEVER)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    hint: expect.stringContaining('headgate login'),
  });
  const place = { url, logins, clientId: 'c' };
  const again = () => signIn({ ...place, credentials: { kind: 'client', clientId: 'c', clientSecret: 's' } }, NEVER);
  const token = await accessToken(place, NEVER, again);
  expect(await accessToken(place, NEVER, again)).toBe(token);
  expect(calls).toEqual(['/v1/auth/refresh', '/v1/auth/token']);
  // It took nobody's place.
  expect((await logins.read(url))?.accessToken).toBe('old');
});
