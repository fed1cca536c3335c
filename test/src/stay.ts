/** Keeps a fixture's process alive until it is killed. */
export function stay(): void {
  setInterval(() => {}, 2 ** 31 - 1);
}
