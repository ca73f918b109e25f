import * as sdk from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { needsOfVerb } from '../../access/verb-classes.js';
import { ENTRY_MEMBERS, REFUSED_MEMBERS, VERB_MEMBERS } from './verb-members.js';

/** The members that the SDK knows: its schemas are exported as data, with the names of members in fifth place. */
function sdkMembers(shape: string): readonly string[] {
  const schema = (sdk as unknown as Record<string, readonly unknown[]>)[`${shape}$`];
  const members = schema?.[4];
  if (!Array.isArray(members)) throw new Error(`the SDK has no shape ${shape}`);
  return members.map(String);
}

const ENTRY_SHAPES: Readonly<Record<string, string>> = {
  BatchStatement: 'BatchStatementRequest',
  TransactStatement: 'ParameterizedStatement',
};

describe('the members that are passed on', () => {
  it.each([...VERB_MEMBERS.keys()])(
    'of %s are those of the API, but for those that are refused with a reason',
    (verb) => {
      const decided = [...(VERB_MEMBERS.get(verb) ?? []), ...REFUSED_MEMBERS.keys()];
      expect(sdkMembers(`${verb}Input`).filter((name) => !decided.includes(name))).toEqual([]);
      expect([...(VERB_MEMBERS.get(verb) ?? [])].filter((name) => !sdkMembers(`${verb}Input`).includes(name))).toEqual(
        [],
      );
      expect(needsOfVerb(verb)).toBeDefined();
    },
  );

  it.each([...ENTRY_MEMBERS.keys()])('of entries %s are those of the API', (entry) => {
    expect([...(ENTRY_MEMBERS.get(entry) ?? [])].toSorted()).toEqual(
      [...sdkMembers(ENTRY_SHAPES[entry] ?? entry)].toSorted(),
    );
  });
});
