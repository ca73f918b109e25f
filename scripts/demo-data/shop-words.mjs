// Words that the made shop is made of.

export const firstNames = [
  'Ada',
  'Ben',
  'Chloé',
  'Dmitri',
  'Elif',
  'Femi',
  'Grace',
  'Hiro',
  'Inês',
  'Jan',
  'Zoë',
  'Łukasz',
];
export const lastNames = ['Alder', 'Brook', 'Castillo', "D'Arcy", 'Fjord', 'Kim', 'Nguyen', 'Okafor', 'Rivers', 'Weir'];

export const cities = [
  { city: 'Denver', state: 'CO', postcode: '80202', latitude: '39.7392', longitude: '-104.9903' },
  { city: 'Portland', state: 'OR', postcode: '97205', latitude: '45.5152', longitude: '-122.6784' },
  { city: 'Boston', state: 'MA', postcode: '02108', latitude: '42.3601', longitude: '-71.0589' },
  { city: 'Austin', state: 'TX', postcode: '78701', latitude: '30.2672', longitude: '-97.7431' },
  { city: 'Seattle', state: 'WA', postcode: '98101', latitude: '47.6062', longitude: '-122.3321' },
  { city: 'Sacramento', state: 'CA', postcode: '95814', latitude: '38.5816', longitude: '-121.4944' },
  { city: 'Chicago', state: 'IL', postcode: '60602', latitude: '41.8781', longitude: '-87.6298' },
  { city: 'Honolulu', state: 'HI', postcode: '96813', latitude: '21.3069', longitude: '-157.8583' },
];

export const products = [
  product('P01', 'Water wheel kit', 'workshop', { cents: 8995, tags: ['wood', 'kit'], packageSizes: [1], stock: 12 }),
  product('P02', 'Sluice gate model', 'workshop', {
    cents: 4250,
    tags: ['metal', 'kit'],
    packageSizes: [1, 2],
    stock: 3,
  }),
  product('P03', 'Hand dynamo', 'workshop', {
    cents: 2999,
    tags: ['metal', 'electric'],
    packageSizes: [1, 6],
    stock: 40,
  }),
  product('P04', 'Copper wire, 10 m', 'workshop', {
    cents: 1149,
    tags: ['metal'],
    packageSizes: [1, 10, 100],
    stock: 250,
  }),
  product('P05', 'Rain gauge', 'garden', { cents: 1895, tags: ['glass', 'outdoor'], packageSizes: [1], stock: 33 }),
  product('P06', 'Watering can', 'garden', { cents: 2450, tags: ['metal', 'outdoor'], packageSizes: [1], stock: 0 }),
  product('P07', 'Drip hose, 25 m', 'garden', { cents: 3399, tags: ['outdoor'], packageSizes: [1, 5], stock: 18 }),
  product('P08', 'Pond pump', 'garden', { cents: 7999, tags: ['electric', 'outdoor'], packageSizes: [1], stock: 7 }),
  product('P09', 'River guide', 'books', { cents: 1599, tags: ['paper'], packageSizes: [1], stock: 61 }),
  product('P10', 'History of mills', 'books', { cents: 3450, tags: ['paper', 'gift'], packageSizes: [1], stock: 22 }),
  product('P11', 'Notebook', 'books', { cents: 599, tags: ['paper', 'gift'], packageSizes: [1, 3, 12], stock: 410 }),
  product('P12', 'Flow meter', 'instruments', { cents: 12900, tags: ['electric'], packageSizes: [1], stock: 9 }),
  product('P13', 'Spirit level', 'instruments', { cents: 2199, tags: ['metal'], packageSizes: [1], stock: 27 }),
  product('P14', 'Barometer', 'instruments', { cents: 6499, tags: ['glass', 'gift'], packageSizes: [1], stock: 5 }),
  product('P15', 'Tea for two', 'kitchen', { cents: 1275, tags: ['gift'], packageSizes: [0.25, 0.5, 1], stock: 80 }),
  product('P16', 'Enamel mug', 'kitchen', { cents: 1099, tags: ['metal', 'outdoor'], packageSizes: [1, 4], stock: 96 }),
  product('P17', 'Kettle', 'kitchen', { cents: 4599, tags: ['metal'], packageSizes: [1], stock: 14 }),
  product('P18', 'Water filter', 'kitchen', { cents: 2795, tags: ['outdoor'], packageSizes: [1, 3], stock: 52 }),
];

/** The precision instrument is the one product with serial numbers; only a few of the orders have it. */
export const precisionGauge = {
  ...product('P19', 'Precision gauge', 'instruments', {
    cents: 149900,
    tags: ['electric', 'glass'],
    packageSizes: [1],
    stock: 2,
  }),
  serialised: true,
};

function product(sku, name, category, rest) {
  return { sku, name, category, ...rest };
}
