// The beat of the screen: what depends on time that passes is made anew at each. Five seconds, so that nothing flickers (ux §5).

const BEAT_MS = 5_000;

class Tick {
  count = $state(0);

  constructor() {
    setInterval(() => this.beat(), BEAT_MS);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.beat();
    });
  }

  beat(): void {
    this.count += 1;
  }
}

export const tick = new Tick();
