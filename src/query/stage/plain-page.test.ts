import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../../catalog/column-type.js';
import type { Column } from '../../catalog/model.js';
import { ITEM_COLUMN } from '../resolve/reference.js';
import { pageMembers, plainPage, smallPlainPage } from './plain-page.js';

const JSON_TYPE: ColumnType = { kind: 'json' };
const BIGINT: ColumnType = { kind: 'bigint' };

function column(attribute: string, type: ColumnType): Column {
  return { name: attribute, attribute, type, source: 'sampled', presence: 1, reason: '' };
}

function bytes(items: unknown): Buffer {
  return Buffer.from(typeof items === 'string' ? items : JSON.stringify(items));
}

async function plain(items: unknown, columns: readonly Column[]): Promise<unknown> {
  const page = await plainPage(bytes(items), columns);
  expect(page).toEqual(smallPlainPage(bytes(items), columns));
  return JSON.parse(Buffer.from(page).toString());
}

describe('a page for JSON columns', () => {
  it('is the same page when there is none', async () => {
    const page = bytes([{ a: { N: '1' } }]);
    expect(await plainPage(page, [column('a', BIGINT)])).toBe(page);
  });

  it('holds plain JSON as text, with every digit', async () => {
    const digits = '1234567890123456789012345678901234567.5';
    expect(
      await plain(
        [{ a: { L: [{ N: digits }, { N: '1.50' }] }, b: { N: '7' } }, { b: { N: '8' } }],
        [column('b', BIGINT), column('a', JSON_TYPE)],
      ),
    ).toEqual([{ b: { N: '7' }, 'plain 1': `["${digits}",1.50]` }, { b: { N: '8' } }]);
  });

  it('leaves out what no column reads', async () => {
    expect(await plain([{ a: { S: 'x' }, rest: { S: 'y' } }], [column('a', JSON_TYPE)])).toEqual([
      { 'plain 0': '"x"' },
    ]);
  });

  it('holds the whole item, and what columns read of it', async () => {
    expect(await plain([{ z: { S: 'ü"\n' }, a: { N: '1' } }], [column('a', BIGINT), ITEM_COLUMN])).toEqual([
      { a: { N: '1' }, 'plain 1': JSON.stringify({ a: 1, z: 'ü"\n' }) },
    ]);
  });

  it('reaches values inside lists and maps, and leaves those of another type as they are', async () => {
    const type: ColumnType = {
      kind: 'struct',
      fields: [
        { name: 'n', attribute: 'n', type: BIGINT },
        { name: 'l', attribute: 'l', type: { kind: 'list', element: JSON_TYPE } },
      ],
    };
    expect(
      await plain(
        [
          { v: { M: { l: { L: [{ N: '1' }, { SS: ['b'] }] }, n: { N: '2' }, other: { S: '' } } } },
          { v: { M: { l: { S: 'no list' } } } },
          { v: { NULL: true } },
        ],
        [column('v', type)],
      ),
    ).toEqual([
      { 'plain 0': { M: { l: { L: ['1', '{"$set":["b"]}'] }, n: { N: '2' } } } },
      { 'plain 0': { M: { l: { S: 'no list' } } } },
      { 'plain 0': { NULL: true } },
    ]);
  });

  it('gives an attribute that is read twice to both', async () => {
    const columns = [column('ttl', JSON_TYPE), column('ttl', { kind: 'double' })];
    expect(await plain([{ ttl: { N: '5' } }], columns)).toEqual([{ 'plain 0': '5', ttl: { N: '5' } }]);
  });

  it('finds names that are written with escapes, and takes space anywhere', async () => {
    const page = ' [ { "\\u0061\\"" : { "S" : "x" } , "b":{"BOOL": true} } , {} ] ';
    expect(await plain(page, [column('a"', JSON_TYPE), column('b', JSON_TYPE)])).toEqual([
      { 'plain 0': '"x"', 'plain 1': 'true' },
      {},
    ]);
    expect(await plain(' [ ] ', [ITEM_COLUMN])).toEqual([]);
  });

  it('has member names that no attribute has', () => {
    expect(pageMembers([column('plain 1', BIGINT), column('a', JSON_TYPE)])).toEqual(['plain 1', '_plain 1']);
  });

  it('does not hold the event loop', async () => {
    const text = JSON.stringify({
      id: { S: 'x' },
      words: { L: Array.from({ length: 40 }, (_, i) => ({ N: `${i}` })) },
    });
    const page = bytes(`[${Array.from({ length: 5000 }, () => text).join(',')}]`);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await plainPage(page, [ITEM_COLUMN]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});
