import type { EditedText } from './edited-text.js';
import { scanSql, textOf } from './scan-sql.js';

const SHOWN: Readonly<Record<string, string>> = {
  'show tables':
    'SELECT table_schema AS "schema", table_name AS "table", item_count AS items FROM information_schema.tables ORDER BY ALL',
  'show all tables':
    'SELECT table_schema AS "schema", table_name AS "table", list(column_name ORDER BY ordinal_position) AS columns FROM information_schema.columns GROUP BY ALL ORDER BY ALL',
  'show schemas': 'SELECT DISTINCT table_schema AS "schema" FROM information_schema.tables ORDER BY ALL',
  'show databases': 'SELECT DISTINCT table_schema AS "schema" FROM information_schema.tables ORDER BY ALL',
  describe:
    'SELECT table_schema AS "schema", table_name AS "table", item_count AS items FROM information_schema.tables ORDER BY ALL',
};

/** SHOW TABLES and its like as the query that answers them; any other statement as it is. */
export function expandShow(text: EditedText): EditedText {
  const words = scanSql(text.bytes).map((token) => textOf(text.bytes, token).toLowerCase());
  const query = SHOWN[(words.at(-1) === ';' ? words.slice(0, -1) : words).join(' ')];
  return query === undefined ? text : text.edit([{ start: 0, end: text.bytes.length, text: query }]);
}
