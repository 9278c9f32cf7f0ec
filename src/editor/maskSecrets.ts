/** Text with header values, query values and URL user names that carry credentials replaced by `***`. */
export function maskSecrets(text: string): string {
  return text
    .replace(/((?:x-cybozu-[a-z-]*|authorization|cookie)["']?\s*[:=]\s*["']?)[^"',;\r\n}]+/gi, '$1***')
    .replace(/\b((?:Basic|Bearer)\s+)[A-Za-z0-9._~+/=-]{6,}/g, '$1***')
    .replace(
      /((?:password|passwd|passphrase|pfx|api_?token|token|secret)["']?\s*[:=]\s*["']?)[^\s"',;&}]+/gi,
      '$1***',
    )
    .replace(/(\bhttps?:\/\/)[^\s/@]+@/gi, '$1***@');
}
