import type { PathEstimate } from './estimate.js';

/** Segments of one scan at most: as many requests are under way at once. */
const MAX_SEGMENTS = 8;
/** Pages of 1 MB that a segment should have: every segment ends with a page that is not full. */
const PAGES_PER_SEGMENT = 16;

/** By how many segments to scan so many pages: one after the other they would wait for each other's round trips. */
export function segmentsFor({ requests }: PathEstimate): number {
  return Math.max(1, Math.min(MAX_SEGMENTS, Math.floor(requests / PAGES_PER_SEGMENT)));
}
