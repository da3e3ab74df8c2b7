// Permission bits of a file as text.

/** `0644`. */
export const formatMode = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0')
