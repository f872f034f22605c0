/**
 * C and C++ compilers of all ages, clang and cudafe++: names that no header declared. Whose names they are, and in which release they
 * went, is the diagnoses' to know.
 *
 *     ./src/convolutional_layer.c:153:13: error: 'CUDNN_CONVOLUTION_FWD_SPECIFY_WORKSPACE_LIMIT' undeclared (first use in this function)
 *     ./src/image.h:15:1: error: unknown type name 'IplImage'
 *     src/rnn.c:148:5: warning: implicit declaration of function 'cudnnSetRNNDescriptor' [-Wimplicit-function-declaration]
 *     layer.cu(41): error: identifier "cudnnSetRNNDescriptor" is undefined
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

const QUOTE = String.raw`['"‘’“”\x60]`;
const NAME = String.raw`([A-Za-z_]\w{1,100})`;

/** ./src/image.h:15:1:   layer.cu(41): */
const FILE = /(?:^|\s)([\w./+-]{1,200}\.\w{1,4})(?::\d|\(\d)/;

const undeclared = (name: string, line: string): TestimonyKind => ({
  kind: 'undeclared-name',
  name,
  file: FILE.exec(line)?.[1] ?? null,
});

const SENTENCES: readonly Sentence[] = [
  {
    literal: [' undeclared', ' was not declared', ' does not name a type', ' has not been declared'],
    pattern: new RegExp(
      `\\b${NAME}${QUOTE}? (?:undeclared \\(|undeclared$|was not declared in|does not name a type|has not been declared)`,
      'i',
    ),
    says: ({ 1: name, input }) => undeclared(name!, input),
  },
  {
    literal: ['unknown type name', 'undeclared identifier', 'declaration of function', 'undeclared function'],
    pattern: new RegExp(
      `(?:unknown type name|use of undeclared identifier|implicit declaration of function|call to undeclared function) ${QUOTE}${NAME}`,
      'i',
    ),
    says: ({ 1: name, input }) => undeclared(name!, input),
  },
  {
    literal: '" is undefined',
    pattern: new RegExp(`error: identifier "${NAME}" is undefined`, 'i'),
    says: ({ 1: name, input }) => undeclared(name!, input),
  },
];

export const family = familyOf('C and C++ names', SENTENCES);
