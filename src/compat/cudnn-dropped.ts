/** Names of cuDNN's interface that a major release no longer has: what uses them compiles against an older one alone. */

/** Of cuDNN 8, remembered from its release notes (8.0.0, API changes) and from cudnn.h of 7.6. */
const WITHOUT: Readonly<Record<string, RegExp>> = {
  '8': /^(?:cudnnGetConvolution(?:Forward|BackwardData|BackwardFilter)Algorithm|cudnnConvolution(?:Fwd|BwdData|BwdFilter)Preference_t|CUDNN_CONVOLUTION_(?:FWD|BWD_DATA|BWD_FILTER)_(?:NO_WORKSPACE|PREFER_FASTEST|SPECIFY_WORKSPACE_LIMIT))$/i,
};

export interface DroppedName {
  /** Major release that no longer has it: "8". */
  by: string;
  /** The last one that does: "7". */
  last: string;
}

/** Null: as far as is known here every release has it, or none. */
export function droppedFromCudnn(name: string): DroppedName | null {
  const by = Object.keys(WITHOUT).find((major) => WITHOUT[major]!.test(name));
  return by === undefined ? null : { by, last: String(Number(by) - 1) };
}
