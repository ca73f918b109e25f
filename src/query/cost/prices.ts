/** Prices of one region in US dollars, Standard table class. */
export interface RegionPrices {
  /** On demand, per million request units. */
  readonly millionReadRequests: number;
  readonly millionWriteRequests: number;
  /** Provisioned, for one unit per second kept ready for one hour. */
  readonly readCapacityHour: number;
  readonly writeCapacityHour: number;
  /** What the requests of a table in the class Standard-Infrequent Access cost more. */
  readonly infrequentAccessFactor: number;
}

/** When the prices were looked up, and where: dynamodb-numbers.md 8 names the first sources of each. */
export const PRICES_AS_OF = '2026-08';

/** The region whose prices stand in for those of regions that are not listed, and for tables outside AWS. */
export const STAND_IN_REGION = 'us-east-1';

/** Prices by region, as far as dynamodb-numbers.md 8 has them. Hourly ones are its monthly ones over 730 hours. */
export const PRICES: ReadonlyMap<string, RegionPrices> = new Map([
  [
    'us-east-1',
    {
      millionReadRequests: 0.125,
      millionWriteRequests: 0.625,
      readCapacityHour: 0.00013,
      writeCapacityHour: 0.00065,
      infrequentAccessFactor: 1.25,
    },
  ],
]);
