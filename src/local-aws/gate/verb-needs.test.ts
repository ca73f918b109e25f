import { describe, expect, it } from 'vitest';
import type { Target } from './need.js';
import { verbNeeds } from './verb-needs.js';

/** Actions and resources, as `action on resource`. */
function needsOf(verb: string, body: object): readonly string[] {
  return verbNeeds(verb, { ...body }).map(({ action, target }) => `${action} on ${shown(target)}`);
}

function shown(target: Target): string {
  switch (target.kind) {
    case 'everything':
      return '*';
    case 'arn':
      return target.arn;
    case 'table':
      return target.index === undefined ? target.table : `${target.table}/index/${target.index}`;
  }
}

const ARN = 'arn:aws:dynamodb:us-east-1:111122223333:table/Music';
const TABLE = { TableName: 'Music' };
const statement = (text: string) => ({ Statement: text });

describe('what a call needs', () => {
  it.each<[string, object, readonly string[]]>([
    ['GetItem', TABLE, ['GetItem on Music']],
    ['PutItem', TABLE, ['PutItem on Music']],
    ['UpdateItem', TABLE, ['UpdateItem on Music']],
    ['DeleteItem', TABLE, ['DeleteItem on Music']],
    ['Query', TABLE, ['Query on Music']],
    ['Query', { ...TABLE, IndexName: 'byGenre' }, ['Query on Music/index/byGenre']],
    ['Scan', { ...TABLE, IndexName: 'byGenre' }, ['Scan on Music/index/byGenre']],
    ['Query', { TableName: ARN, IndexName: 'byGenre' }, [`Query on ${ARN}/index/byGenre`]],
    [
      'BatchGetItem',
      { RequestItems: { Music: { Keys: [] }, Artists: { Keys: [] } } },
      ['BatchGetItem on Music', 'BatchGetItem on Artists'],
    ],
    ['BatchWriteItem', { RequestItems: { Music: [{ PutRequest: { Item: {} } }] } }, ['BatchWriteItem on Music']],
    [
      'TransactGetItems',
      { TransactItems: [{ Get: TABLE }, { Get: { TableName: 'B' } }] },
      ['GetItem on Music', 'GetItem on B'],
    ],
    [
      'TransactWriteItems',
      { TransactItems: [{ Put: TABLE }, { Update: TABLE }, { Delete: TABLE }, { ConditionCheck: { TableName: 'B' } }] },
      ['PutItem on Music', 'UpdateItem on Music', 'DeleteItem on Music', 'ConditionCheckItem on B'],
    ],
    ['ExecuteStatement', statement('SELECT * FROM Music'), ['PartiQLSelect on Music']],
    [
      'ExecuteStatement',
      statement('select a from "Music"."by Genre" where a = 1;'),
      ['PartiQLSelect on Music/index/by Genre'],
    ],
    ['ExecuteStatement', statement(`INSERT INTO "Music" VALUE {'a': 1}`), ['PartiQLInsert on Music']],
    ['ExecuteStatement', statement(`UPDATE Music SET a = 1 WHERE b = 2`), ['PartiQLUpdate on Music']],
    ['ExecuteStatement', statement(`DELETE FROM Music WHERE b = 2`), ['PartiQLDelete on Music']],
    ['ExecuteStatement', statement(`SELECT * FROM "${ARN}"`), [`PartiQLSelect on ${ARN}`]],
    [
      'ExecuteTransaction',
      {
        TransactStatements: [statement(`EXISTS(SELECT * FROM A WHERE b = 2)`), statement(`DELETE FROM B WHERE b = 2`)],
      },
      ['PartiQLSelect on A', 'PartiQLDelete on B'],
    ],
    [
      'BatchExecuteStatement',
      { Statements: [statement('SELECT * FROM A'), statement('SELECT * FROM B')] },
      ['PartiQLSelect on A', 'PartiQLSelect on B'],
    ],
    ['ListTables', {}, ['ListTables on *']],
    ['DescribeLimits', {}, ['DescribeLimits on *']],
    ['DescribeTable', TABLE, ['DescribeTable on Music']],
    ['DescribeTimeToLive', TABLE, ['DescribeTimeToLive on Music']],
    ['UpdateTimeToLive', TABLE, ['UpdateTimeToLive on Music']],
    ['DescribeContinuousBackups', TABLE, ['DescribeContinuousBackups on Music']],
    ['ListTagsOfResource', { ResourceArn: ARN }, [`ListTagsOfResource on ${ARN}`]],
    ['TagResource', { ResourceArn: ARN }, [`TagResource on ${ARN}`]],
    ['CreateTable', TABLE, ['CreateTable on Music']],
    ['CreateTable', { ...TABLE, Tags: [{ Key: 'a', Value: 'b' }] }, ['CreateTable on Music', 'TagResource on Music']],
    ['UpdateTable', TABLE, ['UpdateTable on Music']],
    ['DeleteTable', TABLE, ['DeleteTable on Music']],
  ])('%s %j is %j', (verb, body, expected) => {
    expect(needsOf(verb, body)).toEqual(expected.map((need) => `dynamodb:${need}`));
  });

  it.each<[string, object, string]>([
    ['PutEverything', TABLE, 'UnknownOperationException'],
    ['constructor', TABLE, 'UnknownOperationException'],
    ['GetItem', {}, 'ValidationException'],
    ['GetItem', { TableName: ['Music'] }, 'ValidationException'],
    ['BatchGetItem', { RequestItems: {} }, 'ValidationException'],
    ['BatchGetItem', { RequestItems: [] }, 'SerializationException'],
    ['TransactWriteItems', { TransactItems: [] }, 'ValidationException'],
    ['TransactWriteItems', { TransactItems: [{ Get: TABLE }] }, 'ValidationException'],
    ['TransactWriteItems', { TransactItems: [{ Put: TABLE, Delete: TABLE }] }, 'ValidationException'],
    ['TransactWriteItems', { TransactItems: {} }, 'SerializationException'],
    ['ExecuteStatement', statement('DROP TABLE Music'), 'ValidationException'],
    ['ExecuteStatement', statement('SELECT * FROM Music, Other'), 'ValidationException'],
    ['ExecuteStatement', statement('SELECT * FROM Music JOIN Other'), 'ValidationException'],
    ['ExecuteStatement', statement('SELECT (SELECT * FROM Other) FROM Music'), 'ValidationException'],
    ['ExecuteStatement', statement('SELECT * FROM Music WHERE a IN (SELECT b FROM Other)'), 'ValidationException'],
    ['ExecuteStatement', statement('SELECT * FROM Music; DELETE FROM Music WHERE a = 1'), 'ValidationException'],
    ['ExecuteStatement', statement('SELECT * FROM Music -- where'), 'ValidationException'],
    ['ExecuteStatement', statement('SELECT * FROM /* x */ Music'), 'ValidationException'],
    ['ExecuteStatement', statement("SELECT * FROM 'Music'"), 'ValidationException'],
    ['ExecuteStatement', statement('SELECT 1'), 'ValidationException'],
    ['ExecuteStatement', statement('"SELECT" * FROM Music'), 'ValidationException'],
    ['ExecuteStatement', statement('SELECT `a` FROM Music'), 'ValidationException'],
    ['BatchExecuteStatement', { Statements: [statement('SELECT * FROM A'), {}] }, 'ValidationException'],
  ])('%s %j is refused as %s', (verb, body, code) => {
    expect(() => needsOf(verb, body)).toThrow(expect.objectContaining({ code }));
  });
});

/** What conditions see of the first need. */
function touchesOf(verb: string, body: object) {
  const [need] = verbNeeds(verb, { ...body });
  if (need === undefined) throw new Error(`${verb} needs nothing`);
  return { ...need.touches, keys: need.touches.leadingKeys('pk') };
}

const S = (text: string) => ({ S: text });

describe('what a call touches', () => {
  it('is the key of an item, or all of an item that is written', () => {
    const key = { pk: S('a'), sk: { N: '1' } };
    expect(touchesOf('GetItem', { ...TABLE, Key: key })).toMatchObject({ keys: ['a'], attributes: ['pk', 'sk'] });
    expect(touchesOf('DeleteItem', { ...TABLE, Key: { pk: { B: 'AQ==' } } }).keys).toEqual(['AQ==']);
    const put = touchesOf('PutItem', { ...TABLE, Item: { ...key, x: S('y') }, ReturnValues: 'ALL_OLD' });
    expect(put).toMatchObject({ keys: ['a'], attributes: ['pk', 'sk', 'x'], returnValues: 'ALL_OLD' });
  });

  it('is the keys of all entries of a batch', () => {
    const get = { Keys: [{ pk: S('a') }, { pk: S('b') }], ProjectionExpression: 'x.y' };
    expect(touchesOf('BatchGetItem', { RequestItems: { Music: get } })).toMatchObject({
      keys: ['a', 'b'],
      attributes: ['pk', 'x'],
      select: 'SPECIFIC_ATTRIBUTES',
    });
    const writes = [
      { PutRequest: { Item: { pk: S('a'), x: S('b') } } },
      { DeleteRequest: { Key: { pk: { N: '7' } } } },
    ];
    expect(touchesOf('BatchWriteItem', { RequestItems: { Music: writes } })).toMatchObject({
      keys: ['a', '7'],
      attributes: ['pk', 'x'],
    });
  });

  it('is the key of an entry of a transaction, with the verb around it', () => {
    const entry = {
      Update: {
        ...TABLE,
        Key: { pk: S('a') },
        UpdateExpression: 'SET x = :x REMOVE #y',
        ExpressionAttributeNames: { '#y': 'why' },
      },
    };
    expect(touchesOf('TransactWriteItems', { TransactItems: [entry] })).toMatchObject({
      keys: ['a'],
      attributes: ['pk', 'x', 'why'],
      enclosingOperation: 'TransactWriteItems',
    });
  });

  it.each([
    ['pk = :a', ['k1']],
    ['#p=:a AND begins_with(sk, :b)', ['k1']],
    ['sk > :b AND pk = :a', ['k1']],
    [':a = pk', ['k1']],
    ['other = :a', undefined],
  ])('by a Query where %s is the keys %j', (condition, keys) => {
    const body = {
      ...TABLE,
      KeyConditionExpression: condition,
      ExpressionAttributeNames: { '#p': 'pk' },
      ExpressionAttributeValues: { ':a': S('k1'), ':b': S('x') },
    };
    expect(touchesOf('Query', body).keys).toEqual(keys);
  });

  it('by a Query of the older form is its key too', () => {
    const conditions = { pk: { ComparisonOperator: 'EQ', AttributeValueList: [S('k1')] } };
    expect(touchesOf('Query', { ...TABLE, KeyConditions: conditions })).toMatchObject({
      keys: ['k1'],
      attributes: ['pk'],
    });
  });

  it.each([
    ['GetItem', {}, 'ALL_ATTRIBUTES'],
    ['GetItem', { ProjectionExpression: 'a' }, 'SPECIFIC_ATTRIBUTES'],
    ['Query', { IndexName: 'i' }, 'ALL_PROJECTED_ATTRIBUTES'],
    ['Scan', { Select: 'COUNT' }, 'COUNT'],
    ['Scan', { AttributesToGet: ['a'] }, 'SPECIFIC_ATTRIBUTES'],
  ])('of %s %j is selected as %s', (verb, body, select) => {
    expect(touchesOf(verb, { ...TABLE, ...body }).select).toBe(select);
  });

  it('is named at the top of every path of every expression, and nothing else', () => {
    const body = {
      ...TABLE,
      ProjectionExpression: 'a, b.c, d[0].e, #f.#g',
      FilterExpression: 'size(h) > :i AND NOT (attribute_exists (j) OR k BETWEEN :l AND :m) and contains(n, o)',
      ExpressionAttributeNames: { '#f': 'ef', '#g': 'gee' },
    };
    expect(touchesOf('Scan', body).attributes.toSorted()).toEqual(['a', 'b', 'd', 'ef', 'h', 'j', 'k', 'n', 'o']);
  });

  it.each([
    [`SELECT * FROM t WHERE pk = 'a'`, ['a']],
    [`SELECT * FROM t WHERE 'it''s' = "pk"`, ["it's"]],
    [`SELECT * FROM t WHERE pk = 1 AND x > 2`, ['1']],
    [`SELECT * FROM t WHERE x > 2 AND (pk = 1)`, ['1']],
    [`SELECT * FROM t WHERE x BETWEEN 1 AND 2 AND pk = 'a'`, ['a']],
    [`SELECT * FROM t WHERE pk IN ['a', 'b'] ORDER BY sk`, ['a', 'b']],
    [`SELECT * FROM t WHERE pk IN (?, ?)`, ['p1', 'p2']],
    [`SELECT * FROM t WHERE pk = 'a' OR pk = 'b'`, ['a', 'b']],
    [`SELECT * FROM t WHERE contains(x, 'b') AND pk = ?`, ['p1']],
    [`SELECT * FROM t WHERE x = ? AND pk = ?`, ['p2']],
    [`SELECT * FROM t`, undefined],
    [`SELECT * FROM t WHERE pk > 'a'`, undefined],
    [`SELECT * FROM t WHERE pk = 'a' OR x = 1`, undefined],
    [`SELECT * FROM t WHERE NOT pk = 'a'`, undefined],
    [`SELECT * FROM t WHERE NOT (pk = 'a' AND x = 1)`, undefined],
    [`SELECT * FROM t WHERE pk = 'a') OR (x = 1`, undefined],
    [`SELECT * FROM t WHERE PK = 'a'`, undefined],
    [`SELECT * FROM t WHERE x.pk = 'a'`, undefined],
    [`SELECT * FROM t WHERE begins_with(pk, 'a')`, undefined],
    [`SELECT * FROM t WHERE pk = sk`, undefined],
    [`INSERT INTO t VALUE {'x': 'y', 'pk': 'a'}`, ['a']],
    [`UPDATE t SET x = 'y' WHERE pk = 'a' AND sk = 1 RETURNING ALL OLD *`, ['a']],
    [`DELETE FROM t WHERE pk = 'a' RETURNING ALL OLD *`, ['a']],
  ])('by %s are the keys %j', (text, keys) => {
    const body = { Statement: text, Parameters: [S('p1'), S('p2')] };
    expect(touchesOf('ExecuteStatement', body).keys).toEqual(keys);
  });

  it.each([
    [`SELECT * FROM t WHERE pk = 'a'`, ['pk'], 'ALL_ATTRIBUTES'],
    [`SELECT a, b.c FROM "t"."i" WHERE size("d") > 1 ORDER BY e DESC`, ['a', 'b', 'd', 'e'], 'SPECIFIC_ATTRIBUTES'],
    [`INSERT INTO t VALUE {'pk': 'a', 'x': 'y'}`, ['pk', 'x'], undefined],
    [`UPDATE t SET a = 1 REMOVE b.c WHERE pk = 'a'`, ['a', 'b', 'pk'], undefined],
  ])('by %s are the attributes %j, selected as %s', (text, attributes, select) => {
    const touches = touchesOf('ExecuteStatement', { Statement: text });
    expect([touches.attributes, touches.select]).toEqual([attributes, select]);
  });
});
