/** What of it is used: the types of the runtimes name the object and nothing in it. */
declare namespace WebAssembly {
  /** @throws RangeError: there is no memory for it */
  function instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: object }>;
}
