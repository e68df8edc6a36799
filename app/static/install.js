// What only a browser can say of a ward's computer: whether it keeps the app and its copy, and how its clock goes. Knows nothing of
// anyone and sends nothing.

const MINUTE_MS = 60_000;

async function keepsApp() {
  if (!isSecureContext || !('serviceWorker' in navigator))
    return { isGood: false, words: 'Webbläsaren litar inte på stationens certifikat: lägg in utfärdaren på datorn.' };
  try {
    await navigator.serviceWorker.register('/service-worker.js', { type: 'module' });
    await navigator.serviceWorker.ready;
    return { isGood: true, words: 'Appen ligger på datorn och öppnas utan nät.' };
  } catch {
    return { isGood: false, words: 'Appen kunde inte läggas på datorn: stäng privat läge och se efter att disken har plats.' };
  }
}

async function keepsStore() {
  const isKept = (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.());
  return isKept
    ? { isGood: true, words: 'Webbläsaren har lovat att inte radera appens kopia.' }
    : {
        isGood: false,
        words:
          'Webbläsaren kan radera appens kopia när disken blir full: installera appen (menyn, Installera Reservkraft) och ladda om sidan. Gå igenom att webbläsarens policy inte rensar webbplatsdata när den stängs.',
      };
}

async function clockGoesRight() {
  const asked = Date.now();
  try {
    const { headers } = await fetch('/health', { cache: 'no-store' });
    const apart = (asked + Date.now()) / 2 - new Date(headers.get('date') ?? '').getTime();
    const minutes = Math.round(Math.abs(apart) / MINUTE_MS);
    if (!Number.isFinite(apart)) return { isGood: false, words: 'Stationen sade inte vad klockan är.' };
    return minutes < 2
      ? { isGood: true, words: 'Datorns klocka går som stationens.' }
      : { isGood: false, words: `Datorns klocka går ${minutes} minuter ${apart > 0 ? 'före' : 'efter'} stationens: ställ den.` };
  } catch {
    return { isGood: false, words: 'Stationen svarar inte just nu: klockan kunde inte jämföras.' };
  }
}

const answers = await Promise.all([keepsApp(), keepsStore(), clockGoesRight()]);
document.querySelector('#lines')?.replaceChildren(
  ...answers.map(({ isGood, words }) => {
    const line = document.createElement('li');
    line.textContent = `${isGood ? 'Bra' : 'Gör så här'}: ${words}`;
    return line;
  }),
);
