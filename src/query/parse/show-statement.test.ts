import { expect, test } from 'vitest';
import { EditedText } from './edited-text.js';
import { plainText } from './plain-text.js';
import { expandShow } from './show-statement.js';

test.each(['SHOW TABLES', 'show /* all */ tables', 'Show All Tables', 'SHOW SCHEMAS', 'show databases', 'DESCRIBE;'])(
  '%s becomes a query of information_schema',
  (sql) => {
    expect(expandShow(plainText(sql)).text).toMatch(/^SELECT .* FROM information_schema\.(tables|columns) /);
  },
);

test.each(['SHOW t', 'DESCRIBE t', 'SELECT 1', "SELECT 'show tables'", ''])('%j stays as it is', (sql) => {
  expect(expandShow(EditedText.of(sql)).text).toBe(sql);
});
