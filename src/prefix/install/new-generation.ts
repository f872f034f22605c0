/**
 * The generation that is being made: in a private folder (generations/.new-*), so that it appears under its name whole
 * or not at all.
 */
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFileSystem, syncMeanwhile, type SyncedSoFar } from '../../base/files/sync-to-disk.ts';
import type { Emit } from '../../base/events.ts';
import { removeTree } from '../../base/files/tree.ts';
import type { HomeLock } from '../home/home-lock.ts';

export class NewGeneration {
  readonly #home: string;
  readonly #emit: Emit;
  readonly #lock: HomeLock;
  /** Of this run alone: one that lost the lock must not publish what its successor is making. */
  readonly #run = randomUUID().slice(0, 8);
  #name: string | null = null;
  #synced: SyncedSoFar | undefined;

  constructor(home: string, emit: Emit, lock: HomeLock) {
    this.#home = home;
    this.#emit = emit;
    this.#lock = lock;
  }

  /** The private folder, made where it is asked for first. */
  async folder(generation: string): Promise<string> {
    const path = join(this.#home, 'generations', `.new-${generation}-${this.#run}`);
    if (this.#name === null) {
      this.#name = generation;
      this.#emit({ type: 'start', id: 'generation', title: `assemble ${generation}` });
      await mkdir(path, { mode: 0o700 });
      await mkdir(join(path, '.gpu-setup'));
    }
    return path;
  }

  /** What the home gets from now on goes to the disk while the rest is made. @returns ends that */
  syncMeanwhile(signal: AbortSignal, everyMs?: number): () => void {
    this.#synced = syncMeanwhile(this.#home, signal, everyMs);
    return this.#synced.end;
  }

  /**
   * Everything is on the disk before the name is there. Does nothing where there is nothing to publish, or no more.
   *
   * @param onLost called before it fails where the disk did not take everything
   */
  async publish(signal: AbortSignal, onLost: () => Promise<void>): Promise<void> {
    const name = this.#name;
    if (name === null) return;
    signal.throwIfAborted();
    try {
      await syncFileSystem(this.#home, this.#synced);
    } catch (error) {
      await onLost();
      throw error;
    }
    signal.throwIfAborted();
    const path = await this.folder(name);
    await chmod(path, 0o755);
    await this.#lock.confirm();
    await rename(path, join(this.#home, 'generations', name));
    this.#name = null;
    this.#emit({ type: 'end', id: 'generation', outcome: 'done' });
  }

  /** Removes what was not published. */
  async discard(): Promise<void> {
    if (this.#name === null) return;
    const path = await this.folder(this.#name);
    this.#name = null;
    this.#emit({ type: 'end', id: 'generation', outcome: 'failed' });
    await removeTree(path);
  }
}
