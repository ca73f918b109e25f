import type { TableDescription } from '../../dynamodb/table-description.js';
import type { Reference } from '../resolve/reference.js';
import { PRICES, PRICES_AS_OF, type RegionPrices, STAND_IN_REGION } from './prices.js';

/** What of a table decides the price of reading it. */
export type PricedTable = Pick<TableDescription, 'arn' | 'billing' | 'tableClass'>;

/**
 * US dollars for so many read units: on demand the price of the requests, provisioned that of the capacity that they use
 * up, though it is paid for whether it is used or not. Without a table: on demand, Standard class, us-east-1.
 */
export function dollarsOf(readUnits: number, table?: PricedTable): number {
  const { readCapacityHour, millionReadRequests } = pricesOf(table);
  return priced(readUnits, table, { capacityHour: readCapacityHour, millionRequests: millionReadRequests });
}

/** The same for write units. */
export function dollarsOfWrites(writeUnits: number, table?: PricedTable): number {
  const { writeCapacityHour, millionWriteRequests } = pricesOf(table);
  return priced(writeUnits, table, { capacityHour: writeCapacityHour, millionRequests: millionWriteRequests });
}

function priced(
  units: number,
  table: PricedTable | undefined,
  { capacityHour, millionRequests }: { readonly capacityHour: number; readonly millionRequests: number },
): number {
  const isRare = table?.tableClass === 'STANDARD_INFREQUENT_ACCESS';
  const perUnit = table?.billing.mode === 'provisioned' ? capacityHour / 3600 : millionRequests / 1e6;
  return units * perUnit * (isRare ? pricesOf(table).infrequentAccessFactor : 1);
}

/** The region whose prices are used for a table although it is in another one, or in none; undefined for its own. */
export function standInRegion(table: PricedTable): string | undefined {
  const region = regionOf(table);
  return region !== undefined && PRICES.has(region) ? undefined : STAND_IN_REGION;
}

/** Says for which regions of the references no prices are known. Nothing of tables outside AWS, which cost nothing. */
export function priceWarnings(references: readonly Pick<Reference, 'source'>[]): string[] {
  const regions = references.flatMap(({ source }) => {
    const region = source.kind === 'table' ? regionOf(source.table.description) : undefined;
    return region === undefined || PRICES.has(region) ? [] : [region];
  });
  return [...new Set(regions)].map(
    (region) => `no prices are known for ${region}: dollars are those of ${STAND_IN_REGION} as of ${PRICES_AS_OF}`,
  );
}

/**
 * The AWS region of a table, by its ARN: that is right wherever the region was configured. Undefined for a table that is not
 * in AWS: what serves DynamoDB locally makes up a region or an account of zeros.
 */
export function regionOf({ arn }: PricedTable): string | undefined {
  const [, , , region = '', account = ''] = arn?.split(':') ?? [];
  return /^[a-z]{2}(-[a-z]+)+-\d+$/.test(region) && !/^0*$/.test(account) ? region : undefined;
}

function pricesOf(table: PricedTable | undefined): RegionPrices {
  const region = table === undefined ? undefined : regionOf(table);
  const prices = PRICES.get(region ?? STAND_IN_REGION) ?? PRICES.get(STAND_IN_REGION);
  if (prices === undefined) throw new TypeError(`${STAND_IN_REGION} has no prices`);
  return prices;
}
