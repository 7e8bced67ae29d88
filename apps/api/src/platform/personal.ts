import { Extensions } from '@nestjs/graphql';

/** Under which a field of the schema says that it gives away who somebody is. */
export const PERSONAL = 'masarPersonal';

/**
 * A field that says who somebody is, or leads from a name to their id. It is read by those with leave for it, each reading
 * recorded; no subscription reaches one, for what they send is shared.
 */
export function Personal(): PropertyDecorator & MethodDecorator {
  return Extensions({ [PERSONAL]: true });
}
