import type { SampleQuery } from '../platform/graphiql/samples.js';
import { programme } from './announced.js';

/** Queries to try: the first three are printed at the start, all are tabs of GraphiQL. */
export const sampleQueries: readonly SampleQuery[] = [
  {
    query: `# Where do the items stand?
{
  itemCounts(programme: "${programme.reference}", by: STATE) { value count certain possible }
}`,
  },
  {
    query: `# How did one item move from proposal to implementation?
{
  reformItem(programme: "${programme.reference}", reference: "SAMPLE-001") {
    reference title state
    journey { position type effective stateBefore stateAfter irregularities }
  }
}`,
  },
  {
    query: `# What was announced, and what is known of it?
{
  workshops(programme: "${programme.reference}", first: 20) {
    totalCount
    nodes { reference topic state heldOn { edtf } }
  }
}`,
  },
  {
    query: `# Where did they stand on 1 July 2017, as known today?
{
  itemCounts(programme: "${programme.reference}", by: STATE, effectiveOn: "2017-07-01") { value count certain possible }
}`,
  },
  {
    query: `# Which histories break a rule, and how?
{
  reformItems(programme: "${programme.reference}", filter: { irregularities: [NO_APPROVAL_RECORDED, OUT_OF_ORDER] }) {
    totalCount
    nodes { reference title state irregularities }
  }
}`,
  },
];
