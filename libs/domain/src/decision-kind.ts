import type { ReformItemEvent } from './item/events.js';
import type { ReformItem } from './item/reform-item.js';
import type { Mention } from './mentions.js';
import type { RelationKind } from './relation-kinds.js';

/** What an outcome can come to: everything but what begins an item, and what says that a decision lapsed. */
export type EffectEvent = Exclude<ReformItemEvent, { type: 'ReformItemRegistered' | 'DecisionEffectLapsed' }>;

/** Refuses an outcome for a field of its own. */
export type Fail = (field: string, message: string) => void;

/** All there is to know of a kind of decision. */
export interface Kind<O> {
  /** One sentence for the docs. */
  readonly summary: string;
  /** The one event it comes to on an item. */
  readonly event: (outcome: O, item: ReformItem, body: string | undefined) => EffectEvent;
  /** Refuses what its fields leave open. */
  readonly requireShape?: (outcome: O, fail: Fail, path: string) => void;
  /** What it names in its programme: must be there when it takes effect. */
  readonly mentions?: (outcome: O) => readonly Mention[];
  /** Items it points to, and the relation of the item to them. */
  readonly relates?: {
    readonly as: RelationKind;
    readonly targets: (outcome: O) => readonly string[];
    readonly withTargets: (outcome: O, targets: readonly string[]) => O;
  };
  /** It ends the relations the item had. */
  readonly releases?: true;
  /** The decision it undoes. */
  readonly undoes?: (outcome: O) => string;
  /** Only a body that approves may decide it. */
  readonly needsApprovingBody?: true;
  readonly needsReason?: true;
}

/** The kinds of a union of outcomes, each by its name. */
export type KindsOf<O extends { readonly kind: string }> = {
  readonly [K in O['kind']]: Kind<Extract<O, { kind: K }>>;
};
