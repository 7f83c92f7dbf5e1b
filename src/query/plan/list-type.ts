/** Types of lists' items. */
import { joinAll } from '../../data/types/column-type.ts';
import { NULL_TYPE } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';

/** What UNNEST gives: the items of the list and set legs; every other value has no items. */
export function elementType(list: ColumnType): ColumnType {
  const elements = list.legs.flatMap((leg) => (leg.kind === 'list' || leg.kind === 'set' ? [leg.element] : []));
  return elements.length === 0 ? NULL_TYPE : joinAll(elements);
}
