/** Releases of Python libraries that broke what was built before them, and what is asked of pip in their place. */

export interface PythonBreak {
  /** As pip takes it. */
  requirement: string;
  /** The last release line that still does. */
  last: string;
  /** What the newer one no longer has. */
  dropped: string;
  source: string;
}

export const PYTHON_BREAKS = {
  protobufDescriptors: {
    requirement: 'protobuf<3.21',
    last: '3.20',
    dropped: 'reads code that protoc before 3.19 generated',
    source: "protobuf's release notes of 4.21 (Python package 4.21 follows 3.20)",
  },
  numpyAliases: {
    requirement: 'numpy<1.24',
    last: '1.23',
    dropped: 'has the aliases np.bool, np.object, np.int and their like',
    source: "NumPy's release notes of 1.24.0, expired deprecations",
  },
  numpyAbi: {
    requirement: 'numpy<2',
    last: '1.26',
    dropped: 'runs modules that were compiled for NumPy 1',
    source: "NumPy's migration guide to 2.0",
  },
} as const satisfies Record<string, PythonBreak>;
