/**
 * What an image is, by its name: NVIDIA's, and those of the frameworks.
 *
 *     nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04        tensorflow/tensorflow:2.4.1-gpu-jupyter
 *     nvidia/cuda:10.0-cudnn7-runtime-ubuntu18.04       pytorch/pytorch:2.4.0-cuda12.1-cudnn9-runtime
 *     python:3.10-slim
 */
import { DISTRIBUTIONS, type Distribution } from '../../compat/distributions.ts';
import type { Wanted } from '../types.ts';

/**
 * The distribution that an image stands on, as far as its name says it: `ubuntu:22.04`, `debian:bookworm-slim`, or at the end of a tag
 * `...-ubuntu20.04`, `...-slim-bookworm`. Null: it does not, or no table has it.
 */
export function distributionOfImage(image: string): Distribution | null {
  const { name, tag } = partsOf(image);
  const own = name.split('/').at(-1)!;
  return (
    DISTRIBUTIONS.find(
      ({ id, version, codename }) =>
        (own === id && beginsWith(tag, [version, codename])) ||
        tag.split('-').some((part) => part === `${id}${version}` || (codename !== null && part === codename)),
    ) ?? null
  );
}

/** "22.04" of "22.04", "12" of "12.8-slim", "bookworm" of "bookworm-20240812-slim". */
const beginsWith = (tag: string, names: readonly (string | null)[]): boolean =>
  names.some((one) => one !== null && tag.startsWith(one) && !/^\w/.test(tag.slice(one.length)));

function partsOf(image: string): { name: string; tag: string } {
  const [, name = '', tag = 'latest'] =
    /^(?:[\w.-]+(?:\.[\w-]+|:\d+)\/)*([\w./-]+?)(?::([\w.-]+))?(?:@.*)?$/.exec(image) ?? [];
  return { name, tag };
}

type Found = Pick<Wanted, 'name' | 'version' | 'build'>;

/** @returns what it brings; empty for an image of others */
export function broughtByImage(image: string): readonly Found[] {
  const { name, tag } = partsOf(image);
  const reader = READERS.find(([names]) => names.test(name))?.[1];
  return reader?.(tag) ?? [];
}

const READERS: readonly (readonly [RegExp, (tag: string) => readonly Found[]])[] = [
  [/(?:^|\/)nvidia\/cuda$/, ofCuda],
  [/(?:^|\/)pytorch\/pytorch$/, ofPytorch],
  [/(?:^|\/)tensorflow\/tensorflow$/, ofTensorflow],
  [/^(?:library\/)?python$/, (tag) => versions([['python', /^(\d+\.\d+(?:\.\d+)?)/]], tag)],
];

function ofCuda(tag: string): readonly Found[] {
  return versions(
    [
      ['cuda', /^(\d+\.\d+(?:\.\d+)?)/],
      ['cudnn', /-cudnn(\d*)/],
    ],
    tag,
  );
}

function ofPytorch(tag: string): readonly Found[] {
  return versions(
    [
      ['torch', /^(\d+\.\d+(?:\.\d+)?)/],
      ['cuda', /-cuda(\d+\.\d+)/],
      ['cudnn', /-cudnn(\d+)/],
    ],
    tag,
  );
}

/** Without "-gpu" it is the one for the CPU. */
function ofTensorflow(tag: string): readonly Found[] {
  const version = /^(\d+\.\d+(?:\.\d+)?)/.exec(tag)?.[1] ?? null;
  return [{ name: 'tensorflow', version, build: /(?:^|-)gpu/.test(tag) ? null : 'cpu' }];
}

/** One per pattern that the tag has; one that matches nothing of a version means any. */
function versions(patterns: readonly (readonly [string, RegExp])[], tag: string): readonly Found[] {
  return patterns.flatMap(([name, pattern]) => {
    const match = pattern.exec(tag);
    return match === null ? [] : [{ name, version: match[1] || null, build: null }];
  });
}
