import { takeNested } from '@gnomon/store';
import { afterAll } from 'vitest';

// Whoever asks for a second connection while it holds one is refused, here and in the processes that tests start.
process.env.GNOMON_NESTING = 'refuse';

// A part of the background is started again after an error, and a request hides it: what was refused comes to light here.
afterAll(() => {
  const [first, ...more] = takeNested();
  if (first !== undefined)
    throw new Error(`${more.length + 1} nested connections; the first: ${first.message}`, { cause: first });
});
