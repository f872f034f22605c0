import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'OpenCV is too new for the program that is built',
  related: ['cudnn-too-new-for-darknet'],
  textSummary: 'This darknet uses an OpenCV interface that newer releases dropped',
  hears: hearing(['undeclared-name', 'missing-pkg-config'], (one) => {
    if (one.kind === 'missing-pkg-config')
      return one.library === 'opencv' ? { confidence: 'likely', namesCause: true } : null;
    return OF_C_INTERFACE.test(one.name)
      ? {
          confidence: 'likely',
          namesCause: true,
          summary: `The program uses ${one.name} of OpenCV's C interface, which newer releases dropped or moved`,
        }
      : null;
  }),
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

/** Its types and its constants; those of a matrix's elements (CV_8UC3) are of the C++ interface too. */
const OF_C_INTERFACE =
  /^(?:IplImage|Cv(?:Mat|Capture|Scalar|Size|Point|Rect|Font|VideoWriter)(?:2D32f|ND)?|CV_(?:AA|FILLED|(?:CAP_PROP|FONT|WINDOW|LOAD_IMAGE|FOURCC|INTER|THRESH|RETR|CHAIN)(?:_\w{1,40})?|(?:RGB|BGR|GRAY|HSV)2\w{2,10}|RGB))$/;
