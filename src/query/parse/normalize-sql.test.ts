import { describe, expect, it } from 'vitest';
import { normalizeSql } from './normalize-sql.js';

describe('normalizeSql', () => {
  it('leaves out comments, superfluous space and the semicolons at the end', () => {
    expect(normalizeSql("  SELECT  a,\n\tb -- both\nFROM /* not /* here */ */ t\u00a0WHERE c='x';; ")).toBe(
      "SELECT a, b FROM t WHERE c='x'",
    );
  });

  it('leaves what is quoted as it is', () => {
    const sql = `SELECT 'a  -- b', "c  /* d", $$e  ;$$ FROM t`;
    expect(normalizeSql(sql)).toBe(sql);
    expect(normalizeSql("SELECT 'é  ü'  AS  ö")).toBe("SELECT 'é  ü' AS ö");
  });

  it('keeps the line end that makes two strings one', () => {
    expect(normalizeSql("SELECT 'a'   \n  'b'")).toBe("SELECT 'a'\n'b'");
  });

  it('joins no words that a comment parts', () => {
    expect(normalizeSql('SELECT/**/1')).toBe('SELECT 1');
    expect(normalizeSql('')).toBe('');
  });
});
