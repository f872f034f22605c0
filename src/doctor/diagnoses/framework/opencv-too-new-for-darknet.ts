import { byHand, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'OpenCV is too new for this darknet',
  related: ['cudnn-too-new-for-darknet'],
  textSummary: 'This darknet uses an OpenCV interface that newer releases dropped',
  text: [
    {
      literal: 'iplimage',
      pattern:
        /unknown type name ['‘]?IplImage|IplImage['’]? (?:was not declared|does not name a type|undeclared)/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'cv_cap_prop_',
      pattern: /['‘]?CV_CAP_PROP_\w{3,30}['’]? (?:was not declared|undeclared)/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'cv_',
      pattern:
        /['‘]CV_(?:CAP_PROP|FONT|WINDOW|AA|FILLED|RGB|BGR2|LOAD)\w{0,30}['’] (?:was not declared|undeclared)/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'opencv',
      pattern: /Package opencv was not found in the pkg-config search path|No package 'opencv' found/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  remedy: () => [
    byHand('newer-darknet', "Take AlexeyAB's darknet, which knows OpenCV 3 and 4"),
    script('no-opencv', 'Or build without OpenCV', 'make OPENCV=0', {
      root: false,
      alternativeTo: 'newer-darknet',
    }),
    script(
      'pkg-config',
      'OpenCV 4 calls its pkg-config file opencv4',
      "sed -i 's/pkg-config --\\(libs\\|cflags\\) opencv/& || pkg-config --\\1 opencv4/' Makefile",
      { root: false, alternativeTo: 'newer-darknet' },
    ),
  ],
};
