import type { CatalogTable } from '../../../catalog/model.js';

/** DescribeTable's count is up to six hours old, and some emulators leave it at zero: the sample knows at least its own. */
export function itemCount({ description, sample }: CatalogTable): number {
  return Math.max(description.itemCount, sample?.items ?? 0);
}

/** The average, or a guess where neither DescribeTable nor a sample tells. */
export function itemBytes({ description, sample }: CatalogTable): number {
  if (description.sizeBytes > 0 && description.itemCount > 0) return description.sizeBytes / description.itemCount;
  return sample?.averageItemBytes ?? 400;
}
