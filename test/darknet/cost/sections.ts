/** Network definitions as tests write them: one string per section, "[net] width=64 height=48". */
export function cfgOf(sections: readonly string[]): Uint8Array {
  return new TextEncoder().encode(
    sections.map((section) => section.replaceAll(' ', '\n')).join('\n\n') + '\n',
  );
}
