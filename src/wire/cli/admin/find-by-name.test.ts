import { expect, it } from 'vitest';
import type { ServerClient } from '../server/server-client.js';
import { findByName, findGrantee } from './find-by-name.js';
import { allOf, pathOf } from './paged.js';

const LISTS: Readonly<Record<string, readonly object[]>> = {
  '/v1/clients': [
    { clientId: 'c-1', name: 'reports' },
    { clientId: 'reports', name: 'other' },
  ],
  '/v1/users': [{ id: 'u-1', name: 'Ann' }],
  '/v1/groups': [{ id: 'g-1', name: 'a:b' }],
};

/** Lists one entry a page, whatever the limit. */
function server(paths: string[] = []): ServerClient {
  const call = async (_method: string, path: string) => {
    paths.push(path);
    const { pathname, searchParams } = new URL(path, 'http://a');
    const at = Number(searchParams.get('nextToken') ?? 0);
    const list = LISTS[pathname] ?? [];
    return { items: list.slice(at, at + 1), ...(at + 1 < list.length ? { nextToken: String(at + 1) } : {}) };
  };
  return { url: 'http://a', call, stream: call } as unknown as ServerClient; // the answers are what the caller asks for
}

it('an id is found before a name, and a name whatever its case', async () => {
  expect(await findByName(server(), 'client', 'reports')).toBe('reports');
  expect(await findByName(server(), 'client', 'c-1')).toBe('c-1');
  expect(await findByName(server(), 'client', 'OTHER')).toBe('reports');
  expect(await findByName(server(), 'user', 'ann')).toBe('u-1');
});

it('what is not there is an error with the nearest name, or how to list them', async () => {
  await expect(findByName(server(), 'client', 'report')).rejects.toMatchObject({
    code: 'NOT_FOUND',
    hint: 'Did you mean reports?',
  });
  await expect(findByName(server(), 'user', 'zzzzzzzz')).rejects.toMatchObject({
    hint: '`headgate user list` lists them.',
  });
});

it('a grantee is a client, a user or a group by its name, and nothing else', async () => {
  expect(await findGrantee(server(), 'user:ann')).toEqual({ kind: 'principal', id: 'u-1' });
  expect(await findGrantee(server(), 'group:a:b')).toEqual({ kind: 'group', id: 'g-1' });
  for (const text of ['ann', 'user:', 'role:ann', '', 'local']) {
    await expect(findGrantee(server(), text)).rejects.toMatchObject({ code: 'USAGE' });
  }
});

it('a listing is read to its end, or to as many as are wanted', async () => {
  expect(await allOf(server(), '/v1/clients')).toHaveLength(2);
  const paths: string[] = [];
  expect(await allOf(server(paths), '/v1/clients?a=b', 1)).toHaveLength(1);
  expect(paths).toEqual(['/v1/clients?a=b&limit=1']);
  expect(pathOf('/v1/x', { a: undefined })).toBe('/v1/x');
  expect(pathOf('/v1/x?a=1', { b: 'ü&', a: '2' })).toBe('/v1/x?a=2&b=%C3%BC%26');
});
