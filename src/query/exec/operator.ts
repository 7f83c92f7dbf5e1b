/** The part of a plan of one kind, for operators' signatures. */
import type { PhysicalPlan } from '../plan/physical-plan.ts';

export type PlanOf<K extends PhysicalPlan['kind']> = Extract<PhysicalPlan, { kind: K }>;
