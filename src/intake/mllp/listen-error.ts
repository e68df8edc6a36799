// Why the port for the source systems could not be opened, and what the operator can do about it now.

export type ListenErrorCode =
  | 'intake.port-taken'
  | 'intake.port-forbidden'
  | 'intake.address-absent'
  | 'intake.allow-not-understood'
  | 'intake.port-failed';

interface Place {
  readonly host: string;
  readonly port: number;
}

export class MllpListenError extends Error {
  readonly code: ListenErrorCode;

  constructor(code: ListenErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'MllpListenError';
    this.code = code;
  }

  static of(error: NodeJS.ErrnoException, place: Place): MllpListenError {
    const at = `${place.host}:${place.port}`;
    switch (error.code) {
      case 'EADDRINUSE':
        return new MllpListenError(
          'intake.port-taken',
          `Porten ${at} används redan, kanske av en station som redan är igång. Stoppa den, eller välj en annan port.`,
          error,
        );
      case 'EACCES':
        return new MllpListenError(
          'intake.port-forbidden',
          `Porten ${at} får inte öppnas av det här kontot. Välj en port över 1023, eller ge tjänsten rätten till porten.`,
          error,
        );
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        return new MllpListenError(
          'intake.address-absent',
          `Adressen ${place.host} finns inte på den här datorn. Ange en av datorns egna adresser, eller 127.0.0.1.`,
          error,
        );
      default:
        return new MllpListenError(
          'intake.port-failed',
          `Porten ${at} kunde inte öppnas (${error.code ?? 'okänt fel'}). Kontrollera adress och port i inställningarna.`,
          error,
        );
    }
  }

  static ofAddresses(entries: readonly string[]): MllpListenError {
    return new MllpListenError(
      'intake.allow-not-understood',
      `Dessa tillåtna adresser förstås inte: ${entries.join(', ')}. Skriv en adress (10.20.0.7) eller ett nät (10.20.0.0/16).`,
    );
  }
}
