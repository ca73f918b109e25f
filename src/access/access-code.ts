/** What can be done with a table, as classes; in the order of the table in the documentation. */
export const OPERATION_CLASSES = ['select', 'explain', 'insert', 'update', 'delete', 'ddl'] as const;
export type OperationClass = (typeof OPERATION_CLASSES)[number];

const CLASSES_BY_CODE = {
  R: ['select', 'explain'],
  W: ['insert', 'update', 'delete'],
  RW: ['select', 'explain', 'insert', 'update', 'delete'],
  RA: ['select', 'explain', 'insert'],
  RWA: ['select', 'explain', 'insert', 'update'],
  A: OPERATION_CLASSES,
  none: [],
} as const satisfies Record<string, readonly OperationClass[]>;

export type AccessCode = keyof typeof CLASSES_BY_CODE;

/** All codes, in the order of the documentation. */
export const ACCESS_CODES = Object.keys(CLASSES_BY_CODE) as readonly AccessCode[]; // Its own keys and no others.

/** The classes that a code opens, in the order of `OPERATION_CLASSES`; none for `none`. */
export function classesOf(code: AccessCode): readonly OperationClass[] {
  return CLASSES_BY_CODE[code];
}
