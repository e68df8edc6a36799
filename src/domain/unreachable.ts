/** Ends a `switch` over a tagged union: a word added without its case fails to compile, and stops the program if it gets here. */
export function unreachable(value: never): never {
  throw new Error(`a case is missing for ${JSON.stringify(value)}`);
}
