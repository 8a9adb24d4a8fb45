/** A Float32Array that grows by doubling: a quarter of what a plain array of as many numbers can take. */
export interface FloatList {
  readonly length: number;
  push(value: number): void;
  /** What was pushed, not copied: valid until the next push. */
  values(): Float32Array;
}

export function createFloatList(): FloatList {
  let store = new Float32Array(1024);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value) {
      if (length === store.length) {
        const larger = new Float32Array(2 * length);
        larger.set(store);
        store = larger;
      }
      store[length++] = value;
    },
    values: () => store.subarray(0, length),
  };
}
