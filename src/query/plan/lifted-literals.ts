/**
 * Literals that a plan takes as parameters, so that it serves every text of the same shape.
 *
 *   WHERE c = 17 AND d < -17       c = $n AND d < $n+1        lifted[0] = slot 0, lifted[1] = slot 0 negated
 *
 * A literal is lifted only where its type is all that planning asks for: as an operand of arithmetic or a comparison with something that
 * is computed from rows, and as a result of CASE. Everywhere else it is read, and the slot of a literal that was read, or that was never
 * lifted at all, is pinned: the plan is good for its one value. So a use of a value that nobody thought of costs plans, not answers.
 */
import { FLOAT64, INT64, notNull, singleLeg, TEXT } from '../../data/types/type.ts';
import type { ColumnType } from '../../data/types/type.ts';
import type { Expression } from '../sql/ast-expression.ts';
import type { TextShape } from '../sql/text-shape.ts';
import { TracedLiteral } from '../sql/traced-literal.ts';
import { someChild } from './expression-tree.ts';
import type { BoundExpression } from './expression.ts';

/** What lifting needs to know of the statement. */
export interface LiftedText {
  readonly shape: TextShape;
  /** The index of the first parameter that stands for a literal: how many there are besides. */
  readonly parametersBefore: number;
}

/** What the parameter stands for. */
export interface LiftedLiteral { readonly slot: number; readonly isNegative: boolean }

export interface LiftedLiterals {
  readonly lifted: readonly LiftedLiteral[];
  /** Slots whose literals the plan depends on, in rising order. */
  readonly pinned: readonly number[];
}

/** Functions whose overloads never ask for the value of a number beside them, nor of a text beside texts. */
export const LIFTING_CALLS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '/', '%']);

const TYPES: Readonly<Record<TracedLiteral['type'], ColumnType>> = { integer: notNull(INT64), float: notNull(FLOAT64), text: notNull(TEXT) };

const placeholder = (type: ColumnType): BoundExpression => ({ kind: 'parameter', index: NaN, type });
const PLACEHOLDERS: Readonly<Record<TracedLiteral['type'], BoundExpression>> = { integer: placeholder(TYPES.integer), float: placeholder(TYPES.float), text: placeholder(TYPES.text) };

const isOfRows = (expression: BoundExpression): boolean => expression.kind === 'column' || expression.kind === 'subquery' || someChild(expression, isOfRows);
const isTraced = (expression: Expression | undefined): expression is TracedLiteral => expression instanceof TracedLiteral;
const isText = (expression: BoundExpression): boolean => singleLeg(expression.type)?.kind === 'text';

export class LiteralLifter {
  readonly #text: LiftedText;
  readonly #slotByEnd = new Map<number, number>();
  readonly #lifted: LiftedLiteral[] = [];
  readonly #literals = new Map<number, TracedLiteral>();

  constructor(text: LiftedText) {
    this.#text = text;
    const { ends, slots } = text.shape;
    for (let index = 0; index < ends.length; index++) this.#slotByEnd.set(ends[index]!, slots[index]!);
  }

  /** The literal as a parameter, whose value may be anything of its type; undefined for what cannot be lifted. */
  lift(expression: Expression): BoundExpression | undefined {
    if (!(expression instanceof TracedLiteral)) return undefined;
    const slot = this.#slotByEnd.get(expression.end);
    if (slot === undefined) return undefined;
    this.#literals.set(expression.end, expression);
    const { isNegative } = expression;
    const known = this.#lifted.findIndex((other) => other.slot === slot && other.isNegative === isNegative);
    const at = known >= 0 ? known : this.#lifted.push({ slot, isNegative }) - 1;
    return { kind: 'parameter', index: this.#text.parametersBefore + at, type: TYPES[expression.type] };
  }

  /** What stands for a literal while the operands beside it are bound: `liftOperands` replaces it. */
  placeholder(expression: Expression): BoundExpression | undefined {
    return expression instanceof TracedLiteral ? PLACEHOLDERS[expression.type] : undefined;
  }

  /** The bound operands with the literals among them in their place, lifted if only their types count. `bind` reads the value. */
  liftOperands(operands: readonly Expression[], bound: readonly BoundExpression[], bind: (literal: Expression) => BoundExpression): readonly BoundExpression[] {
    if (!operands.some(isTraced)) return bound;
    const others = bound.filter((_, index) => !isTraced(operands[index]));
    const isComputed = others.some(isOfRows);
    const areTexts = others.every(isText);
    return operands.map((operand, index) => {
      if (!isTraced(operand)) return bound[index] as BoundExpression;
      return (isComputed && (areTexts || operand.type !== 'text') ? this.lift(operand) : undefined) ?? bind(operand);
    });
  }

  result(): LiftedLiterals {
    const { slotCount, slots, ends } = this.#text.shape;
    const isPinned = new Array<boolean>(slotCount).fill(false);
    for (let index = 0; index < slots.length; index++) {
      const literal = this.#literals.get(ends[index]!);
      if (literal === undefined || literal.isRead) isPinned[slots[index]!] = true;
    }
    const pinned: number[] = [];
    for (let slot = 0; slot < slotCount; slot++) if (isPinned[slot] === true) pinned.push(slot);
    return { lifted: this.#lifted, pinned };
  }
}
