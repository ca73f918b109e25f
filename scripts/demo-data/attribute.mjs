// Short writers of DynamoDB JSON. Numbers and binary are given as text, so that no digit is lost on the way.
export const S = (text) => ({ S: text });
export const N = (number) => ({ N: String(number) });
export const B = (bytes) => ({ B: bytes.toString('base64') });
export const BOOL = (truth) => ({ BOOL: truth });
export const NULL = { NULL: true };
export const SS = (texts) => ({ SS: texts });
export const NS = (numbers) => ({ NS: numbers.map(String) });
export const BS = (blobs) => ({ BS: blobs.map((bytes) => bytes.toString('base64')) });
export const L = (values) => ({ L: values });
export const M = (fields) => ({ M: withoutMissing(fields) });

/** An item or map without the attributes that are undefined. */
export function withoutMissing(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
