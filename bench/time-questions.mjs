// Questions about time in both dialects. `xtdb`: ms that XTDB 2.2.0-rc1 took for the same question on two cores with its data warm,
// measured on 2026-11-24 with a million versions of 100,000 ids; only where the question is the same.
const at = (text) => `TIMESTAMP '${text}T00:00:00Z'`;
const peerAt = (text) => `timestamptz '${text} 00:00:00+00'`;

const RECENT = '2025-12-01';
const MIDDLE = '2025-01-01';
const OLD = '2024-02-01';
const GROUPED = { prices: 'k, COUNT(*), SUM(amount), AVG(price)', stock: 'site, COUNT(*), SUM(qty)' };
const KEY = { prices: 'k', stock: 'site' };

/** A temporal clause as both write it: `system` and `valid` are 'now', 'all' or a day. */
function clauses(system, valid) {
  const axis = (name, when) => (when === 'now' ? '' : when === 'all' ? ` FOR ALL ${name}` : ` FOR ${name} AS OF ${at(when)}`);
  const peer = [
    system === 'all' ? undefined : system === 'now' ? 'upper_inf(system)' : `system @> ${peerAt(system)}`,
    valid === 'all' ? undefined : valid === 'now' ? 'valid @> now()' : `valid @> ${peerAt(valid)}`,
  ].filter((condition) => condition !== undefined);
  return { varve: `${axis('VALID_TIME', valid)}${axis('SYSTEM_TIME', system)}`, peer: peer.length === 0 ? '' : ` WHERE ${peer.join(' AND ')}` };
}

const count = (name, table, system, valid, xtdb) => {
  const { varve, peer } = clauses(system, valid);
  return { name, varve: `SELECT COUNT(*) FROM ${table}${varve}`, postgres: `SELECT COUNT(*) FROM ${table}${peer}`, xtdb };
};
const group = (name, table, system, valid, xtdb) => {
  const { varve, peer } = clauses(system, valid);
  const tail = `GROUP BY ${KEY[table]} ORDER BY ${KEY[table]}`;
  return { name, varve: `SELECT ${GROUPED[table]} FROM ${table}${varve} ${tail}`, postgres: `SELECT ${GROUPED[table]} FROM ${table}${peer} ${tail}`, xtdb };
};

const HISTORY = '_valid_from, _valid_to, _system_from, _system_to';
const PEER_HISTORY = 'lower(valid), upper(valid), lower(system), upper(system)';
const DAY = `FOR VALID_TIME FROM ${at('2025-03-10')} TO ${at('2025-03-11')}`;
const PEER_DAY = `tstzrange(${peerAt('2025-03-10')}, ${peerAt('2025-03-11')})`;
const QUARTER = [at('2025-01-01'), at('2025-04-01')];
const PEER_QUARTER = `tstzrange(${peerAt('2025-01-01')}, ${peerAt('2025-04-01')})`;

/** `ids`: how many there are of each table. */
export const questions = (ids) => {
  const id = Math.floor(ids / 3);
  return [
    count('COUNT(*) now', 'prices', 'now', 'now'),
    group('GROUP BY now', 'prices', 'now', 'now'),
    ...[['recent', RECENT], ['middle', MIDDLE], ['old', OLD]].flatMap(([when, day]) => [
      count(`COUNT(*) as of a system time, ${when}`, 'prices', day, 'now'), group(`GROUP BY as of a system time, ${when}`, 'prices', day, 'now'),
    ]),
    count('COUNT(*) as of a past valid time', 'prices', 'now', MIDDLE),
    group('GROUP BY as of a past valid time', 'prices', 'now', MIDDLE),
    count('COUNT(*) as of both', 'prices', MIDDLE, OLD),
    group('GROUP BY as of both', 'prices', MIDDLE, OLD),
    count('COUNT(*) all system time', 'prices', 'all', 'now', 402),
    count('COUNT(*) all valid, all system time', 'prices', 'all', 'all', 442),
    group('GROUP BY all valid, all system time', 'prices', 'all', 'all', 654),
    count('corrected: COUNT(*) now', 'stock', 'now', 'now'),
    count('corrected: COUNT(*) as of both', 'stock', RECENT, '2024-01-15'),
    group('corrected: GROUP BY as of a past valid time', 'stock', 'now', '2024-01-15'),
    group('corrected: GROUP BY all valid, all system time', 'stock', 'all', 'all'),
    {
      name: 'history of one id', xtdb: 7,
      varve: `SELECT amount, ${HISTORY} FROM prices FOR ALL VALID_TIME FOR ALL SYSTEM_TIME WHERE _id = ${id} ORDER BY _system_from, _valid_from`,
      postgres: `SELECT amount, ${PEER_HISTORY} FROM prices WHERE _id = ${id} ORDER BY lower(system), lower(valid)`,
    },
    {
      name: 'corrected: history of one id',
      varve: `SELECT qty, ${HISTORY} FROM stock FOR ALL VALID_TIME FOR ALL SYSTEM_TIME WHERE _id = ${Math.floor(id / 2)} ORDER BY _system_from, _valid_from`,
      postgres: `SELECT qty, ${PEER_HISTORY} FROM stock WHERE _id = ${Math.floor(id / 2)} ORDER BY lower(system), lower(valid)`,
    },
    {
      name: 'one id as of both',
      varve: `SELECT amount, name FROM prices FOR VALID_TIME AS OF ${at(OLD)} FOR SYSTEM_TIME AS OF ${at(MIDDLE)} WHERE _id = ${id}`,
      postgres: `SELECT amount, name FROM prices WHERE _id = ${id} AND valid @> ${peerAt(OLD)} AND system @> ${peerAt(MIDDLE)}`,
    },
    {
      name: 'SUM weighted by valid time, a quarter',
      varve: `SELECT SUM(amount * (EXTRACT(EPOCH FROM _valid_to) - EXTRACT(EPOCH FROM _valid_from))) FROM prices FOR VALID_TIME ONLY FROM ${QUARTER.join(' TO ')}`,
      postgres: `SELECT SUM(amount * EXTRACT(EPOCH FROM upper(valid * ${PEER_QUARTER}) - lower(valid * ${PEER_QUARTER}))) FROM prices WHERE upper_inf(system) AND valid && ${PEER_QUARTER}`,
    },
    {
      name: 'rows written in a month of system time',
      varve: `SELECT COUNT(*), SUM(amount) FROM prices FOR ALL VALID_TIME FOR ALL SYSTEM_TIME WHERE _system_from >= ${at('2025-03-01')} AND _system_from < ${at('2025-04-01')}`,
      postgres: `SELECT COUNT(*), SUM(amount) FROM prices WHERE system && tstzrange(${peerAt('2025-03-01')}, ${peerAt('2025-04-01')}) AND lower(system) >= ${peerAt('2025-03-01')} AND lower(system) < ${peerAt('2025-04-01')}`,
    },
    {
      name: 'what differs between two system times',
      varve: `SELECT COUNT(*), SUM(b.amount - a.amount) FROM prices FOR SYSTEM_TIME AS OF ${at(MIDDLE)} AS a JOIN prices FOR SYSTEM_TIME AS OF ${at(RECENT)} AS b ON a._id = b._id WHERE a.amount <> b.amount`,
      postgres: `SELECT COUNT(*), SUM(b.amount - a.amount) FROM prices AS a JOIN prices AS b ON a._id = b._id WHERE a.system @> ${peerAt(MIDDLE)} AND a.valid @> now() AND b.system @> ${peerAt(RECENT)} AND b.valid @> now() AND a.amount <> b.amount`,
    },
    {
      name: 'join of two tables as of the same past',
      varve: `SELECT s.site, COUNT(*), SUM(s.qty * p.amount) FROM prices FOR VALID_TIME AS OF ${at(MIDDLE)} FOR SYSTEM_TIME AS OF ${at(MIDDLE)} AS p JOIN stock FOR VALID_TIME AS OF ${at(MIDDLE)} FOR SYSTEM_TIME AS OF ${at(MIDDLE)} AS s ON s._id = p._id GROUP BY s.site ORDER BY s.site`,
      postgres: `SELECT s.site, COUNT(*), SUM(s.qty * p.amount) FROM prices AS p JOIN stock AS s ON s._id = p._id WHERE p.valid @> ${peerAt(MIDDLE)} AND p.system @> ${peerAt(MIDDLE)} AND s.valid @> ${peerAt(MIDDLE)} AND s.system @> ${peerAt(MIDDLE)} GROUP BY s.site ORDER BY s.site`,
    },
    {
      name: 'join of histories by overlapping valid time, a day',
      varve: `SELECT COUNT(*), SUM(s.qty * p.amount) FROM prices ${DAY} AS p JOIN stock ${DAY} AS s ON s._id = p._id AND s._valid_time OVERLAPS p._valid_time`,
      postgres: `SELECT COUNT(*), SUM(s.qty * p.amount) FROM prices AS p JOIN stock AS s ON s._id = p._id AND s.valid && p.valid WHERE upper_inf(p.system) AND p.valid && ${PEER_DAY} AND upper_inf(s.system) AND s.valid && ${PEER_DAY}`,
    },
    {
      name: 'time series: 24 months by their first day',
      varve: `SELECT m, COUNT(*) FROM generate_series(${at('2024-01-01')}, ${at('2025-12-01')}, INTERVAL '1' MONTH) AS g(m) JOIN stock FOR ALL VALID_TIME AS s ON s._valid_time CONTAINS m GROUP BY m ORDER BY m`,
      postgres: `SELECT m, COUNT(*) FROM generate_series(${peerAt('2024-01-01')}, ${peerAt('2025-12-01')}, INTERVAL '1 month') AS g(m) JOIN stock AS s ON s.valid @> m WHERE upper_inf(s.system) GROUP BY m ORDER BY m`,
    },
  ];
};
