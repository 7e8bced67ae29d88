import { type BodyRow, type Camel, programmes } from '@masar/read-models';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { FieldArgs } from '../platform/graphql/field-args.js';
import { pageCost } from '../platform/limits/cost.js';
import { rowsBelow } from './folded.js';
import { type Lasting, thoseOn } from './lasting.js';
import {
  Body,
  BodyStretch,
  Instrument,
  InstrumentStretch,
  InstrumentVersion,
  OnDayArgs,
  Organisation,
  OrganisationStretch,
  type PartParent,
  type ProgrammePlace,
  Scope,
  ScopeMember,
} from './programme.types.js';
import type { Request } from './view.js';

const few = pageCost(3);
const inOrderOfEffect = 'from_earliest, position';

/** The stretches of one part, of those of its whole programme. */
async function stretchesOf({ place, kind, partKey }: PartParent, request: Request) {
  const all = await rowsBelow(programmes, 'part_stretch', inOrderOfEffect, place, request);
  return all.filter((row) => row.kind === kind && row.partKey === partKey);
}

/** The stretches in which something else changed run together: each says another thing than the one before. */
function merged<R extends Pick<Lasting, 'toEarliest' | 'toLatest'>>(
  rows: readonly R[],
  same: (a: R, b: R) => boolean,
): R[] {
  const out: R[] = [];
  for (const row of rows) {
    const last = out.at(-1);
    if (last && same(last, row)) {
      out[out.length - 1] = { ...last, toEarliest: row.toEarliest, toLatest: row.toLatest };
    } else out.push(row);
  }
  return out;
}

@Resolver(() => Organisation)
export class OrganisationResolver {
  @ResolveField('history', () => [OrganisationStretch], {
    description: 'What it was called and part of, and for how long, in the order of effect.',
    complexity: few,
  })
  history(organisation: PartParent, _args: object, request: Request): unknown {
    return stretchesOf(organisation, request);
  }
}

@Resolver(() => Instrument)
export class InstrumentResolver {
  @ResolveField('history', () => [InstrumentStretch], {
    description: 'Its status, and for how long, in the order of effect.',
    complexity: few,
  })
  async history(instrument: PartParent, _args: object, request: Request): Promise<unknown> {
    return merged(await stretchesOf(instrument, request), (a, b) => a.status === b.status);
  }

  @ResolveField('versions', () => [InstrumentVersion], {
    description:
      'Its versions in the order of effect. On a day: those there were, each with its status of that day.',
    complexity: few,
  })
  @FieldArgs(() => OnDayArgs)
  async versions({ place, partKey }: PartParent, { on }: OnDayArgs, request: Request): Promise<unknown> {
    const all = await rowsBelow(
      programmes,
      'instrument_version',
      'ordinal, from_earliest, position',
      place,
      request,
    );
    return thoseOn(
      all.filter((row) => row.partKey === partKey),
      dayOf(place, on),
    );
  }

  @ResolveField('versionHistory', () => [InstrumentVersion], {
    description: 'Each version with every status of its own it had, in the order of effect.',
    complexity: few,
  })
  async versionHistory({ place, partKey }: PartParent, _args: object, request: Request): Promise<unknown> {
    const all = await rowsBelow(
      programmes,
      'instrument_version',
      'ordinal, from_earliest, position',
      place,
      request,
    );
    return all.filter((row) => row.partKey === partKey);
  }
}

@Resolver(() => Scope)
export class ScopeResolver {
  @ResolveField('members', () => [ScopeMember], {
    description: 'Who is on the list, each since when and by which source. Empty for a place.',
    complexity: pageCost(10),
  })
  @FieldArgs(() => OnDayArgs)
  async members({ place, partKey }: PartParent, { on }: OnDayArgs, request: Request): Promise<unknown> {
    const all = await rowsBelow(programmes, 'scope_member', 'from_earliest, position, scope', place, request);
    return thoseOn(
      all.filter((row) => row.partKey === partKey),
      dayOf(place, on),
    );
  }

  @ResolveField('memberHistory', () => [ScopeMember], {
    description: 'Every stay on the list, also those that ended.',
    complexity: pageCost(10),
  })
  async memberHistory({ place, partKey }: PartParent, _args: object, request: Request): Promise<unknown> {
    const all = await rowsBelow(programmes, 'scope_member', 'from_earliest, position, scope', place, request);
    return all.filter((row) => row.partKey === partKey);
  }
}

@Resolver(() => Body)
export class BodyResolver {
  @ResolveField('history', () => [BodyStretch], {
    description: 'What it might do, and for how long it stood, in the order of effect.',
    complexity: few,
  })
  async history(
    { reference, place }: Camel<BodyRow> & { readonly place: ProgrammePlace },
    _args: object,
    request: Request,
  ): Promise<unknown> {
    const all = await rowsBelow(programmes, 'body_stretch', inOrderOfEffect, place, request);
    return all.filter((row) => row.body === reference);
  }
}

function dayOf({ view }: ProgrammePlace, on: string | null | undefined): string | undefined {
  return on ?? view?.effectiveOn;
}
