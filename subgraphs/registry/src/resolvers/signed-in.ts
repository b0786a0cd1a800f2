import { requireViewer } from '@gnomon/subgraph-kit';
import type { RegistryContext } from '../context.ts';

/**
 * A reference resolver for signed-in viewers: `_entities` is a door beside every root field, so it is watched the same.
 * Reference data holds no personal data; who is signed in may read all of it.
 */
export function signedIn<Key, Result>(
  resolve: (key: Key, context: RegistryContext) => Result | Promise<Result>,
): (key: Key, context: RegistryContext) => Promise<Result> {
  // Async: a refusal then stands at its own entity, where a thrown error would empty the whole answer.
  return async (key, context) => {
    requireViewer(context);
    return await resolve(key, context);
  };
}
