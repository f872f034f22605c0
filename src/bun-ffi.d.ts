/** What of Bun's module is used; it is there in Bun alone. */
declare module 'bun:ffi' {
  type FFIType = 'u8' | 'u32' | 'i32' | 'u64' | 'ptr';
  /** Throws where the library cannot be loaded, or lacks one of the functions. */
  export function dlopen(
    path: string,
    functions: Readonly<Record<string, { args: readonly FFIType[]; returns: FFIType | 'void' }>>,
  ): {
    symbols: Readonly<Record<string, (...args: readonly (number | bigint | Uint8Array | null)[]) => number>>;
  };
  /** Address of its bytes. */
  export function ptr(view: Uint8Array): number;
}
