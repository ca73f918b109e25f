import { InvalidArgumentError, Option } from 'commander';
import { nearest } from '../../base/nearest.js';

/** An option that takes one of a few words; another word is a USAGE error that names the nearest. */
export function choiceOption(flags: string, description: string, choices: readonly string[]): Option {
  const list = choices.join(', ');
  return new Option(flags, `${description}: ${list}`).argParser((word: string) => {
    if (choices.includes(word)) return word;
    const near = nearest(word, choices);
    throw new InvalidArgumentError(near === undefined ? `Use one of ${list}.` : `Did you mean ${near}?`);
  });
}
