/**
 * Makes the error of an archive that cannot be read as one: whoever reads it knows what it should have been. `why` is a clause ("its
 * tar archive is cut off") and may quote what the archive holds, unescaped.
 */
export type BadArchive = (why: string, cause?: unknown) => Error;
