import { Binary, Bool, Data, Field, List, Map_, makeData, Null, Struct, Utf8 } from 'apache-arrow';
import type { ResultField, ResultType, ResultValue } from '../../query/result.js';
import { bitmapOf, joinedBytes, offsetsOf, validityOf } from './arrow-buffers.js';
import type { ArrowColumn } from './arrow-column.js';
import { decimalColumn, floatColumn, integerColumn, temporalColumn } from './arrow-fixed-width.js';
import { jsonWriter } from './json-value.js';
import { uniqueNames } from './unique-names.js';
import { bytesOf, entryOf, listOf, textOf } from './value-shape.js';

/**
 * The Arrow column for a result type. Types that Arrow has no exact equal for (union as JSON; enum, UUID, bit string,
 * interval, time with time zone) become text. `name` is the result column's, for errors: `encode` throws SQL_EXECUTION for
 * a value that the type cannot hold.
 */
export function arrowColumn(type: ResultType, name: string): ArrowColumn {
  switch (type.kind) {
    case 'boolean':
      return booleanColumn();
    case 'integer':
      return integerColumn(type, name);
    case 'float':
      return floatColumn(type.bits);
    case 'decimal':
      return decimalColumn(type);
    case 'temporal':
      return temporalColumn(type.unit, name) ?? textColumn(textOf);
    case 'text':
    case 'json':
    case 'enum':
    case 'uuid':
    case 'bit':
      return textColumn(textOf);
    case 'union':
      return textColumn(jsonWriter(type));
    case 'blob':
      return bytesColumn(new Binary(), bytesOf);
    case 'list':
      return listColumn(arrowColumn(type.element, name));
    case 'struct':
      return structColumn(type.fields, name);
    case 'map':
      return mapColumn(arrowColumn(type.key, name), arrowColumn(type.value, name));
    case 'null':
      return nullColumn();
  }
}

/** The fields of a schema or a struct, all nullable, later equal names numbered: most Arrow readers insist on that. */
export function arrowFields(fields: readonly ResultField[], columns: readonly ArrowColumn[]): Field[] {
  const names = uniqueNames(fields.map((field) => field.name));
  return columns.map((column, index) => new Field(names[index] ?? '', column.type, true));
}

function booleanColumn(): ArrowColumn {
  const type = new Bool();
  const encode = (values: readonly ResultValue[]) =>
    makeData({ type, ...validityOf(values), data: bitmapOf(values, (value) => value === true) });
  return { type, encode };
}

function textColumn(text: (value: ResultValue) => string): ArrowColumn {
  return bytesColumn(new Utf8(), (value) => Buffer.from(text(value), 'utf8'));
}

function bytesColumn(type: Utf8 | Binary, bytes: (value: ResultValue) => Uint8Array): ArrowColumn {
  const nothing = new Uint8Array(0);
  const encode = (values: readonly ResultValue[]) => {
    const joined = joinedBytes(values.map((value) => (value === null ? nothing : bytes(value))));
    // Text and bytes have the same buffers, which the overloads of makeData cannot say.
    return makeData({ type: type as Binary, ...validityOf(values), ...joined });
  };
  return { type, encode };
}

function listColumn(element: ArrowColumn): ArrowColumn {
  const type = new List(new Field('item', element.type, true));
  const encode = (values: readonly ResultValue[]) => {
    const lists = values.map(elementsOf);
    const valueOffsets = offsetsOf(lists.map((list) => list.length));
    return makeData({ type, ...validityOf(values), valueOffsets, child: element.encode(lists.flat(1)) });
  };
  return { type, encode };
}

function structColumn(fields: readonly ResultField[], name: string): ArrowColumn {
  const columns = fields.map((field) => arrowColumn(field.type, name));
  const type = new Struct(arrowFields(fields, columns));
  const encode = (values: readonly ResultValue[]) => {
    const structs = values.map(elementsOf);
    const children = columns.map((column, index) => column.encode(structs.map((struct) => struct[index] ?? null)));
    return makeData({ type, ...validityOf(values), children });
  };
  return { type, encode };
}

function mapColumn(key: ArrowColumn, value: ArrowColumn): ArrowColumn {
  const entry = new Struct([new Field('key', key.type, false), new Field('value', value.type, true)]);
  const type = new Map_(new Field('entries', entry, false));
  const encode = (values: readonly ResultValue[]) => {
    const maps = values.map((map) => elementsOf(map).map(entryOf));
    const entries = maps.flat(1);
    const children = [key.encode(entries.map(([k]) => k)), value.encode(entries.map(([, v]) => v))];
    const child = makeData({ type: entry, length: entries.length, nullCount: 0, children });
    return makeData({ type, ...validityOf(values), valueOffsets: offsetsOf(maps.map((map) => map.length)), child });
  };
  return { type, encode };
}

function nullColumn(): ArrowColumn {
  const type = new Null();
  const encode = ({ length }: readonly ResultValue[]) => {
    // Inside a list the library counts the nulls again, from a bitmap that is never written; without one it counts -1.
    const allNull = new Uint8Array((length + 7) >> 3);
    return new Data(type, 0, length, length, [undefined, undefined, allNull]);
  };
  return { type, encode };
}

/** What is inside a list, struct or map; nothing when it is null. */
function elementsOf(value: ResultValue): readonly ResultValue[] {
  return value === null ? [] : listOf(value);
}
