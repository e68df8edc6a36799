// An MLLP frame as bytes on the wire.

export function enframe(content: Uint8Array): Uint8Array {
  const frame = new Uint8Array(content.length + 3);
  frame[0] = 0x0b;
  frame.set(content, 1);
  frame[content.length + 1] = 0x1c;
  frame[content.length + 2] = 0x0d;
  return frame;
}
