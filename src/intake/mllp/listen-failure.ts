// Why a port could not be opened. What the operator can do about it now stands with the failure's code.

import { Failure, type FailureCode } from '../../domain/failures.ts';

export interface ListenPlace {
  /** `MLLP`, `HTTP`, `HTTPS`: as the settings tell them apart. */
  readonly what: string;
  readonly host: string;
  readonly port: number;
}

export function listenFailure(error: NodeJS.ErrnoException, { what, host, port }: ListenPlace): Failure {
  return new Failure(codeOf(error), `${what} ${host}:${port} (${error.code ?? 'okänt fel'})`, { cause: error });
}

function codeOf({ code }: NodeJS.ErrnoException): FailureCode {
  switch (code) {
    case 'EADDRINUSE':
      return 'station.port-busy';
    case 'EACCES':
      return 'station.port-forbidden';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'station.address-absent';
    default:
      return 'station.port-failed';
  }
}
