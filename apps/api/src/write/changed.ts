import { createUnionType } from '@nestjs/graphql';
export const Changed = createUnionType({ name: 'Changed', types: () => [] as const });
export function changedThing(_: unknown): never {
  throw new Error('');
}
