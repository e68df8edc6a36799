// Sealing on this device: AES-GCM of the browser's own, a new nonce each time, bound to what the bytes are of. Keys are in this page's
// memory alone, and can't be taken out of it again by any script.

export interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly bytes: ArrayBuffer;
}

const IV_BYTES = 12;

export const random = (bytes: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(bytes));

export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

export const base64Of = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

export const importKey = (raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);

const parameters = (iv: Uint8Array<ArrayBuffer>, context: string) => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(context),
});

export async function seal(key: CryptoKey, content: unknown, context: string): Promise<Sealed> {
  const iv = random(IV_BYTES);
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return { iv, bytes: await crypto.subtle.encrypt(parameters(iv, context), key, bytes) };
}

/** Null: another key, or not what was sealed there. */
export async function unseal<Content>(
  key: CryptoKey,
  { iv, bytes }: { readonly iv: Uint8Array<ArrayBuffer>; readonly bytes: BufferSource },
  context: string,
): Promise<Content | null> {
  try {
    const opened = await crypto.subtle.decrypt(parameters(iv, context), key, bytes);
    return JSON.parse(new TextDecoder().decode(opened)) as Content;
  } catch {
    return null;
  }
}
