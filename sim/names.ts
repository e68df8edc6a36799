// Names as on a Swedish ward: common Swedish ones, and names from elsewhere in Latin letters, with every letter that a
// careless character set breaks (å ä ö é ü ć č ş). Invented combinations; the numbers belong to nobody (test-numbers.ts).

interface NameSet {
  readonly family: readonly string[];
  readonly women: readonly string[];
  readonly men: readonly string[];
}

const list = (text: string): readonly string[] => text.trim().split(/\s*,\s*/u);

export const SWEDISH: NameSet = {
  family: list(`Andersson, Johansson, Karlsson, Nilsson, Eriksson, Larsson, Olsson, Persson, Svensson, Gustafsson,
    Pettersson, Jonsson, Lindberg, Lindström, Lindqvist, Axelsson, Bergström, Lundgren, Söderberg, Hägglund, Åkesson,
    Öhman, Åström, Sjöberg, Wallén, Norén, Björklund, Hedström, Nyström, Holmgren, Engström, Sandström, Åberg, Östlund,
    Bäckström, Löfgren, Strömberg, Rosén, Lindén, Hellström, Månsson, Blomqvist, Ekström, Norström, Sjögren,
    von Rosen, af Ekenstam, Rönnbäck, Häggström, Mårtensson, Skoglund, Älvsjö, Dahlén, Grönvall`),
  women: list(`Anna, Maria, Margareta, Elisabeth, Eva, Kristina, Birgitta, Karin, Marie, Ingrid, Lena, Sofia, Kerstin,
    Helena, Emma, Åsa, Märta, Gunilla, Inga-Lill, Ann-Charlotte, Linnéa, Siv, Solveig, Hjördis, Agnetha, Desirée,
    Sara, Johanna, Ebba, Greta, Astrid, Ylva, Gun-Britt, Görel, Rut, Tekla`),
  men: list(`Lars, Erik, Karl, Anders, Johan, Per, Nils, Jan, Mikael, Lennart, Hans, Olof, Gunnar, Sven, Bengt, Göran,
    Åke, Björn, Håkan, Mårten, Örjan, Stig, Kjell-Åke, Per-Olov, Gösta, Torbjörn, Oskar, Elias, Hugo, Arvid, Sören,
    Jörgen, Bo, Ove, Börje, Alfons`),
};

export const ELSEWHERE: readonly NameSet[] = [
  {
    family: list('Hassan, Ali, Al-Jabouri, Abdulrahman, El-Khatib, Mahmoud, Haddad, Al-Sayed, Khalil, Barakat'),
    women: list('Fatima, Amina, Layla, Zeinab, Noor, Maryam, Huda, Rania'),
    men: list('Mohammed, Ahmad, Yusuf, Omar, Karim, Ibrahim, Khaled, Samir'),
  },
  {
    family: list('Virtanen, Korhonen, Mäkinen, Nieminen, Hämäläinen, Järvinen, Lehtonen, Kärkkäinen, Pääkkönen'),
    women: list('Aino, Helmi, Päivi, Tuulikki, Marjatta, Kaija, Sirkka-Liisa'),
    men: list('Väinö, Pekka, Jukka, Heikki, Matti, Yrjö, Kalevi'),
  },
  {
    // Polish and Croatian letters exist in no 8859/1: the record system writes them without their marks, as it must.
    family: list(
      'Kowalczyk, Wójcik, Nowak, Zielinska, Kaminski, Horvat, Kovacevic, Müller, Özdemir, Yilmaz, Nguyen, Tesfaye',
    ),
    women: list('Agnieszka, Zofia, Ewa, Ivana, Ayse, Thu, Selam, Renée'),
    men: list('Piotr, Tomasz, Andrzej, Ivan, Mehmet, Minh, Dawit, André'),
  },
];

export const STREETS =
  list(`Storgatan, Skolgatan, Kyrkogatan, Åsgatan, Järnvägsgatan, Björkvägen, Ängsvägen, Östra Långgatan,
  Fjällvägen, Sjöstigen, Hantverkargatan, Kvarngränd, Rönnvägen, Trädgårdsgatan`);

/** Invented places: no real postal code is joined to a real town. */
export const TOWNS: readonly (readonly [string, string])[] = [
  ['000 11', 'Åsen'],
  ['000 12', 'Åsen'],
  ['000 23', 'Österby'],
  ['000 34', 'Fjällnäs'],
  ['000 35', 'Lillsjö'],
  ['000 41', 'Hällby'],
];
