/** CRC-32C (Castagnoli, RFC 3720 appendix B.4). Node's `zlib.crc32` is the older CRC-32 and gives other sums. */
const TABLE = buildTable();

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

function buildTable(): Uint32Array {
  const reversedPolynomial = 0x82f63b78;
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ reversedPolynomial : crc >>> 1;
    return crc >>> 0;
  });
}
