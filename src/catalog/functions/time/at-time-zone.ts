/** x AT TIME ZONE z, as PostgreSQL has it: an instant becomes the wall-clock time there, a wall-clock time the instant that it is there. */
import { EngineError } from '../../../base/errors.ts';
import { toInstant, zonedAt, zonedToLocal } from '../../../data/types/time/local.ts';
import { zoneOf } from '../../../data/types/time/zone.ts';
import { notNull } from '../../../data/types/type.ts';
import type { Timestamp, ZonedTimestamp } from '../../../data/types/value.ts';
import type { ArgumentType, FunctionDefinition, Overload } from '../../function.ts';
import { scalar } from '../definition.ts';

function resolveAtTimeZone(args: readonly ArgumentType[]): Overload | undefined {
  const [type, zone] = [args[0]?.type, args[1]];
  if (zone?.type?.kind !== 'text') return undefined;
  if (type?.kind === 'timestamptz') {
    return { result: notNull({ kind: 'timestamp', unit: type.unit }), call: (_, value, to) => zonedToLocal(value as ZonedTimestamp, to as string), mayRaise: true };
  }
  if (type?.kind !== 'timestamp') return undefined;
  if (typeof zone.literal !== 'string') throw new EngineError('invalid-parameter-value', 'The zone of AT TIME ZONE must be a literal for a timestamp without time zone', { hint: 'The zone is part of the type of the result.' });
  const { id } = zoneOf(zone.literal);
  const { unit } = type;
  return { result: notNull({ kind: 'timestamptz', unit, zone: id }), call: (_, value) => zonedAt(toInstant(value as Timestamp, unit, id), unit, id), mayRaise: true };
}

export const AT_TIME_ZONE_FUNCTIONS: readonly FunctionDefinition[] = [
  scalar('time', {
    name: 'at_time_zone', arity: 2, resolve: resolveAtTimeZone, signature: 'timestamp AT TIME ZONE zone',
    doc: 'A zoned timestamp as wall-clock time of the zone; a timestamp without zone as the instant at which the zone\'s clocks show it.', example: "TIMESTAMP '2020-07-01T12:00:00Z' AT TIME ZONE 'Europe/Berlin'",
  }),
];
