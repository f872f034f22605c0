/** Before every file of unit tests: what root has installed on the machine that they run on is no matter of theirs. */
import { vi } from 'vitest';

vi.mock('../../src/prefix/home/home-of-root.ts', () => ({ SYSTEM_HOME: '/nonexistent/gpu-setup' }));
