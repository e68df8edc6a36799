/** Why somebody was not let in, in the words of who refused, or of the app where nobody did. */
export interface ShutDoor {
  readonly happened: string;
  readonly doNow: string;
}
