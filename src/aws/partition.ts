/** The three groups of AWS regions that share nothing: not accounts, not roles, not credentials. */
export const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov'] as const;
export type Partition = (typeof PARTITIONS)[number];

/** The partition that a region belongs to, by the form of its name, which AWS keeps to. */
export function partitionOfRegion(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}

/** The address of IAM in the console of the partition. */
export function consoleAddress(partition: Partition): string {
  switch (partition) {
    case 'aws':
      return 'https://console.aws.amazon.com/iam/';
    case 'aws-cn':
      return 'https://console.amazonaws.cn/iam/';
    case 'aws-us-gov':
      return 'https://console.amazonaws-us-gov.com/iam/';
  }
}
