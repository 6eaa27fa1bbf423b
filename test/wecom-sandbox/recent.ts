/** A map that forgets its oldest entries, so that a sandbox that runs for days stays small. */
export class Recent<V> extends Map<string, V> {
  constructor(
    private readonly most = 50_000,
    private readonly forgotten: (value: V) => void = () => undefined,
  ) {
    super();
  }

  override set(key: string, value: V): this {
    this.delete(key);
    super.set(key, value);
    const [oldest] = this;
    if (this.size > this.most && oldest) {
      this.delete(oldest[0]);
      this.forgotten(oldest[1]);
    }
    return this;
  }
}
