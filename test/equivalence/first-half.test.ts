import { describe } from 'vitest';
import { itAgreesForHalf } from './half-run.js';

describe('a random statement over random tables', () => itAgreesForHalf(0));
