import { workshops } from '@masar/read-models';
import { ResolveField, Resolver } from '@nestjs/graphql';
import { pageCost } from '../platform/limits/cost.js';
import { rowsBelow } from './folded.js';
import {
  Minutes,
  MinutesApproval,
  MinutesCirculation,
  MinutesCorrigendum,
  MinutesDiscrepancy,
  type MinutesParent,
  MinutesVersion,
} from './minutes.types.js';
import type { Request } from './view.js';

const few = pageCost(3);

@Resolver(() => Minutes)
export class MinutesResolver {
  @ResolveField('versions', () => [MinutesVersion], {
    description: 'The one that counts in each language.',
    complexity: few,
  })
  async versions({ place }: MinutesParent, _args: object, request: Request): Promise<unknown> {
    const all = await rowsBelow(workshops, 'minutes_version', 'position', place, request);
    return all.filter(({ current }) => current);
  }

  @ResolveField('drafts', () => [MinutesVersion], {
    description: 'Every version there was in any language, in the order they were recorded.',
    complexity: few,
  })
  drafts({ place }: MinutesParent, _args: object, request: Request): unknown {
    return rowsBelow(workshops, 'minutes_version', 'position', place, request);
  }

  @ResolveField('circulations', () => [MinutesCirculation], { complexity: few })
  circulations({ place }: MinutesParent, _args: object, request: Request): unknown {
    return rowsBelow(workshops, 'circulation', 'position', place, request);
  }

  @ResolveField('approvedBy', () => MinutesApproval, {
    nullable: true,
    description: 'By whom, and in which session; null where they are not approved.',
  })
  approvedBy(minutes: MinutesParent): MinutesApproval | null {
    const { approvedBody: body, approvedInWorkshop: inWorkshop, approvedInSession: inSession } = minutes;
    const { approvedOn: effective, approvedPosition: position } = minutes;
    return position === null ? null : { body, inWorkshop, inSession, effective, position };
  }

  @ResolveField('corrigenda', () => [MinutesCorrigendum], { complexity: few })
  corrigenda({ place }: MinutesParent, _args: object, request: Request): unknown {
    return rowsBelow(workshops, 'corrigendum', 'position', place, request);
  }

  @ResolveField('discrepancies', () => [MinutesDiscrepancy], { complexity: few })
  discrepancies({ place }: MinutesParent, _args: object, request: Request): unknown {
    return rowsBelow(workshops, 'discrepancy', 'position', place, request);
  }
}
