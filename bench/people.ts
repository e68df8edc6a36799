// Invented people for a benchmark: names as often as in Sweden, with the long tail, double names and hyphens a search must cope
// with. Who somebody is depends on the number alone, so that every run has the same people.

const FAMILIES = weighted(
  `Andersson 220 Johansson 220 Karlsson 200 Nilsson 160 Eriksson 150 Larsson 120 Olsson 100 Persson 100 Svensson 95
  Gustafsson 90 Pettersson 85 Jonsson 70 Jansson 45 Hansson 40 Bengtsson 33 Jönsson 30 Lindberg 28 Jakobsson 26 Magnusson 25
  Olofsson 23 Lindström 23 Lindqvist 21 Lindgren 21 Axelsson 20 Berg 20 Bergström 20 Lundberg 20 Lind 19 Lundgren 19
  Lundqvist 18 Mattsson 18 Berglund 17 Fredriksson 17 Sandberg 16 Henriksson 15 Forsberg 15 Sjöberg 15 Wallin 14 Ali 14
  Engström 14 Mohamed 13 Eklund 13 Danielsson 13 Lundin 13 Håkansson 12 Björk 12 Bergman 12 Gunnarsson 12 Holm 12 Wikström 11
  Samuelsson 11 Isaksson 11 Fransson 11 Bergqvist 11 Nyström 10 Holmberg 10 Löfgren 10 Söderberg 10 Nyberg 10 Blomqvist 10
  Nordström 10 Mårtensson 9 Ahmed 9 Björklund 9 Pålsson 9 Hassan 8 Berggren 8 Sandström 8 Lund 8 Ström 8 Åberg 8 Ekström 8
  Hellström 7 Hedlund 7 Sjögren 7 Ek 7 Öberg 7 Månsson 6 Åkesson 6 Åström 6 Lindholm 6 Öhman 4 Åkerlund 3 Östlund 5 Österberg 4`,
);
const GIVEN = weighted(
  `Maria 440 Anna 300 Margareta 240 Elisabeth 220 Eva 190 Kristina 170 Birgitta 160 Karin 160 Elisabet 150 Marie 150 Ingrid 120
  Christina 110 Linnéa 100 Marianne 90 Sofia 90 Kerstin 90 Lena 90 Helena 90 Inger 80 Johanna 80 Emma 80 Sara 70 Elin 70 Anita 70
  Ulla 70 Viktoria 60 Gunilla 60 Susanne 60 Katarina 60 Annika 50 Malin 50 Åsa 35 Märta 20 Ida 40 Hanna 40 Barbro 50 Karl 300
  Erik 340 Lars 220 Anders 180 Per 170 Mikael 160 Johan 150 Olof 150 Nils 130 Jan 130 Gustav 100 Hans 100 Peter 100 Lennart 90
  Gunnar 90 Fredrik 90 Sven 90 Thomas 90 Bengt 80 Daniel 90 Bo 70 Alexander 90 Åke 80 Göran 70 Oskar 70 Andreas 70 Stefan 60
  Magnus 60 Martin 60 Mats 50 Henrik 50 Björn 50 Jonas 50 Ulf 50 Leif 50 Axel 50 Bertil 40 Emil 40 Håkan 35 Jörgen 15 Örjan 10
  Mohamed 40 Ali 30 Ahmed 20 Fatima 20 Kjell 30 Viktor 40 Anton 30 Johannes 20 Margit 20 Mariam 10 Mariella 2`,
);
const HEADS =
  `Al Alm Asp Berg Björk Blom Dal Ed Ek Eng Fager Falk Fors Gran Grön Hag Hall Ham Hed Hell Hjort Holm Häg Kall Kron Käll
  Lager Lilje Lind Ljung Lund Löv Malm Mård Nor Ny Näs Palm Ros Rosen Ryd Sand Sjö Skog Sten Ström Sund Svan Söder Tall Vall Vik Väst
  Wall Wester Åker Ång Öst Öster`.split(/\s+/);
const TAILS =
  `berg gren ström qvist kvist lund man stedt dahl ling in én ell holm blad fors feldt mark vall gård bäck hammar`.split(
    ' ',
  );
const SYLLABLES = 'ka ma no li sa ra to ni be da mi ko wa ri za ja ha le fu go'.split(' ');

const FROM_TAIL = 0.7;
const DOUBLE = 0.06;

export function nameOf(no: number): { readonly family: string; readonly given: readonly string[] } {
  const chance = chances(no);
  const one = (): string => (chance() < FROM_TAIL ? rare(chance) : FAMILIES(chance()));
  const given = (): string => (chance() < DOUBLE ? `${GIVEN(chance())}-${GIVEN(chance())}` : GIVEN(chance()));
  const family = chance() < DOUBLE ? `${one()}${chance() < 0.5 ? '-' : ' '}${one()}` : one();
  const howMany = chance() < 0.1 ? 1 : chance() < 0.7 ? 2 : 3;
  return { family, given: Array.from({ length: howMany }, given) };
}

function rare(chance: () => number): string {
  const pick = (list: readonly string[]): string => list[Math.floor(chance() * list.length)] ?? '';
  if (chance() < 0.6) return `${pick(HEADS)}${pick(TAILS)}`;
  const word = Array.from({ length: 2 + Math.floor(chance() * 3) }, () => pick(SYLLABLES)).join('');
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

/** Numbers in [0, 1) that follow from one number (a mixed linear congruence). */
function chances(no: number): () => number {
  let state = Math.imul(no, 2_654_435_761) + 12_345;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32;
  };
}

/** `Name weight Name weight …`: the name at a share of the whole. */
function weighted(list: string): (share: number) => string {
  const words = list.split(/\s+/);
  const ends: { readonly name: string; readonly end: number }[] = [];
  for (let at = 0; at < words.length; at += 2)
    ends.push({ name: words[at] ?? '', end: (ends.at(-1)?.end ?? 0) + Number(words[at + 1]) });
  const total = ends.at(-1)?.end ?? 0;
  return (share) => {
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.end ?? 0) <= share * total) low = middle + 1;
      else high = middle;
    }
    return ends[low]?.name ?? '';
  };
}
