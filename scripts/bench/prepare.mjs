// `prepare` of an annotations file of the size of COCO's (450 MB) against Python reading the same file with json.load, which
// is what converters begin with: they have neither a label nor a list then.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageId, TRAIN_2017, writeCocoFile } from './coco-file.mjs';
import { compare, measure } from './measure.mjs';
import { has } from './start.mjs';

const RUNS = 3;

export async function* benchPrepare(root) {
  const what = '`prepare` of 450 MB of annotations, with 118,287 labels and links';
  const goal = '<= 1';
  if (!has('python3')) {
    yield { what, goal, skipped: 'no python3 here' };
    return;
  }
  const work = mkdtempSync(join(tmpdir(), 'gpu-setup-bench-'));
  try {
    const annotations = join(work, 'annotations.json');
    const photos = join(work, 'photos');
    mkdirSync(photos);
    writeCocoFile(annotations);
    for (let at = 0; at < TRAIN_2017.images; at++) {
      writeFileSync(join(photos, `${String(imageId(at)).padStart(12, '0')}.jpg`), '');
    }
    // A new folder each time: ext4 is slow to hand out what was deleted a moment ago.
    let run = 0;
    const program = [join(root, 'dist/gpu-setup-linux-x64'), 'prepare', 'yolov4-nano'];
    const ours = async () => {
      const out = join(work, `out${run++}`);
      return measure([...program, '--annotations', annotations, '--images', photos, '--out', out], {
        memory: true,
      });
    };
    const peer = () =>
      measure(['python3', '-c', 'import json, sys; json.load(open(sys.argv[1]))', annotations]);
    const peerName = "Python's `json.load` of the same file";
    yield { what, peerName, goal, ...(await compare(ours, peer, RUNS)) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
