import { HeadgateError } from '../base/errors/headgate-error.js';

/** Throws REQUEST_INVALID unless it can be the name of a user, client or group: visible, and safe in logs and session names. */
export function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new HeadgateError('REQUEST_INVALID', `${JSON.stringify(name.slice(0, 64))} cannot be a name.`, {
    hint: 'Use 1 to 64 letters, digits and the characters . _ @ + - (the first one a letter or digit).',
  });
}

/** Throws REQUEST_INVALID unless it can be a password. */
export function checkPassword(password: string): void {
  const length = [...password].length;
  if (length >= PASSWORD_LENGTH.min && length <= PASSWORD_LENGTH.max) return;
  throw new HeadgateError('REQUEST_INVALID', 'The password is too short or too long.', {
    detail: `It has ${length} characters; ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} are allowed.`,
    hint: 'A few random words make a good password.',
  });
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]{0,63}$/u;
const PASSWORD_LENGTH = { min: 12, max: 256 };
