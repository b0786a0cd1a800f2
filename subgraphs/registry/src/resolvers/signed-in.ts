import { requireViewer } from '@gnomon/subgraph-kit';
import type { RegistryContext } from '../context.ts';

/**
 * A reference resolver for signed-in viewers: `_entities` is a door beside every root field, so it is watched the same.
 * Reference data holds no personal data; who is signed in may read all of it.
 */
export function signedIn<Key, Result>(
  resolve: (key: Key, context: RegistryContext) => Result,
): (key: Key, context: RegistryContext) => Result {
  return (key, context) => {
    requireViewer(context);
    return resolve(key, context);
  };
}
