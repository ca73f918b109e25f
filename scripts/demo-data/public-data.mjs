// The public-domain tables, from the files of the npm package `vega-datasets` to items in DynamoDB JSON.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { L, M, N, NULL, S, SS, withoutMissing } from './attribute.mjs';
import { faaAirports, stateCodes } from './faa-names.mjs';

const source = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data');

/** US BTS: every airport of the file. */
export function airports() {
  return readCsv('airports.csv').map((row) => ({
    iata: S(row.iata),
    name: S(row.name),
    city: S(row.city),
    state: S(row.state),
    country: S(row.country),
    latitude: N(row.latitude),
    longitude: N(row.longitude),
  }));
}

/** US BTS: 10 000 flights, a sample of the first quarter of 2001. Delay in minutes, distance in miles. */
export function flights() {
  const rows = readJson('flights-10k.json').map((row) => {
    const [date, time] = row.date.split(' ');
    const flightDate = date.replaceAll('/', '-');
    const departsAt = `${flightDate}T${time}`;
    return {
      origin: S(row.origin),
      departure: S(`${departsAt}#${row.destination}`),
      departs_at: S(departsAt),
      flight_date: S(flightDate),
      destination: S(row.destination),
      delay: N(row.delay),
      distance: N(row.distance),
    };
  });
  return inKeyOrder(rows, (item) => `${item.origin.S} ${item.departure.S}`);
}

/** USGS: a week of earthquakes as the GeoJSON feed has them, with the attributes that indexes need lifted to the top. */
export function earthquakes() {
  const rows = readJson('earthquakes.json').features.map((feature) => {
    const { net, time, mag, place, felt, ids, sources, types, url, detail, ...properties } = feature.properties;
    return withoutMissing({
      net: S(net),
      id: S(feature.id),
      day: S(new Date(time).toISOString().slice(0, 10)),
      time: N(time),
      mag: N(mag),
      place: S(place),
      // Absent unless somebody felt it, so that the index on it is sparse.
      felt: felt === null ? undefined : N(felt),
      products: SS(commaSet(types)),
      properties: M({
        ...mapValues(properties, attribute),
        ids: SS(commaSet(ids)),
        sources: SS(commaSet(sources)),
      }),
      geometry: M({ type: S(feature.geometry.type), coordinates: L(feature.geometry.coordinates.map(N)) }),
    });
  });
  return inKeyOrder(rows, (item) => `${item.net.S} ${item.id.S}`);
}

/** FAA: 5 500 bird strikes at 50 airports, 1997 to 2002. Costs in US dollars; `strike_id` is the row of the source. */
export function birdStrikes() {
  const rows = readCsv('birdstrikes.csv').map((row, index) => {
    const speed = row['Speed IAS in knots'];
    const iata = faaAirports[row['Airport Name']];
    return withoutMissing({
      airport: S(row['Airport Name']),
      strike_id: N(index + 1),
      iata: iata === undefined ? undefined : S(iata),
      state: S(stateCodes[row['Origin State']]),
      flight_date: S(row['Flight Date']),
      operator: S(row['Aircraft Airline Operator']),
      aircraft: S(row['Aircraft Make Model']),
      phase: S(row['Phase of flight']),
      time_of_day: S(row['Time of day']),
      species: S(row['Wildlife Species']),
      wildlife_size: S(row['Wildlife Size']),
      damage: S(row['Effect Amount of damage']),
      cost: M({ repair: N(row['Cost Repair']), other: N(row['Cost Other']), total: N(row['Cost Total $']) }),
      // The FAA's own heading: a name with spaces and capitals needs quotes in SQL.
      'Speed IAS in knots': speed === '' ? undefined : N(speed),
    });
  });
  const recent = rows.filter((item) => item.flight_date.S >= '1997');
  return inKeyOrder(recent, (item) => `${item.airport.S} ${item.strike_id.N.padStart(6, '0')}`);
}

function attribute(value) {
  if (value === null) return NULL;
  return typeof value === 'number' ? N(value) : S(value);
}

/** `,ci,us,` to ['ci', 'us']. */
function commaSet(text) {
  return [...new Set(text.split(',').filter((part) => part !== ''))];
}

function mapValues(record, map) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

function inKeyOrder(items, key) {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function readJson(name) {
  return JSON.parse(readFileSync(join(source, name), 'utf8'));
}

function readCsv(name) {
  const [head, ...lines] = readFileSync(join(source, name), 'utf8').trimEnd().split(/\r?\n/);
  const names = head.split(',');
  return lines.map((line) => {
    const fields = [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map((match) => match[1] ?? match[2]);
    if (fields.length !== names.length) throw new Error(`${name}: ${fields.length} fields in: ${line}`);
    return Object.fromEntries(names.map((field, i) => [field, fields[i]]));
  });
}
