/** Who a request comes from. */
export interface Caller {
  readonly kind: 'master' | 'unitUser' | 'account' | 'nobody';
}
