/**
 * Who sees no GPU and goes on: PyTorch's builder of extensions (what it builds may be for another machine), ollama's installer, cuDF. Of a
 * machine without one nothing is wrong then.
 */
const GOES_ON: readonly string[] = ['torch.utils.cpp_extension', 'ollama', 'cudf'];

/** @param who the detail of "no-gpu-seen" */
export const seesNoneAndGoesOn = (who: string | null): boolean => who !== null && GOES_ON.includes(who);
