// 2048 ordinary Swedish words that a secret is dealt from: two to nine letters of the twenty-six that every keyboard has, so that a
// strange keyboard at three in the morning keeps nobody out. Each word is eleven bits. Collected for this project.

export const DEALT_WORDS: readonly string[] = `
abborre adress affisch agent alarm album aldrig alfabet alpin ambition amiral ananas anka ankare anlag anorak anslag ansvar antenn antik
apelsin aprikos april arbete arena aria arkiv arm armada aroma arrak artikel artist asfalt ask askfat asp aster atlas atlet atom augusti
aula avgift avlopp avtal axel azurit babord backa backe badanka badhus badrock bagare bagel bagge bajonett bakelse bakfram bakgata
baklucka balett balja balkong ballad ballong balsam bambu banan bandy banjo bank banner bar barack barock barometer baron basar basilika
basker bassist bastu batong batteri bensin berg berlock bestick betong bidrag biff bikupa bil bild biljard biljett billig bingo biolog
biskop blad blank blick blixt block blomma blomster blus bly blyerts boaorm bock bofink boj bok bokbuss bokhylla bokstav bolag boll
bomull bonde bonus bord borgen borr borste bosatt botten boule bovete box boxare brand brant bred brevduva bricka bris broder broms
brosch brosk brottare brun brunn brus brygga bryggare brynja bubbla bud budget buffel buffert bukett bulle bult bunke bur burk buskage
buss bygel byggnad byte bytta camping cello cement center charm chef chiffer chili choklad cider cigarr cirkel cirkus citron clown
cockpit copyright cowboy cumulus cykel cyklon cylinder cypress dadel dagbok dager dagg damast dans dansare darra data dator datum debatt
december deckare deg dekal dekor del delfin delta deltid desert design detalj diadem dialekt dialog diamant diesel dike dikt dilemma
dill dimma dinosaur diplom direkt dirigent disk disko distans distrikt djonk djungel djup djur docka dofta doktrin dolk dollar domare
domherre domino donera dosa drake drama dressin dricka driva droppe drottning druva dryck dubbel duell duett duk dukat dumpling dunder
dusch duva dygn dyk dykare dyna dynamit dyster effekt efter egen eka eker eko ekollon ekonom ekorre ekvator eld elefant elegi element
elev elit ellips elva emalj emblem emoji energi enighet enkel ensam epok eremit ergonom espresso essens estrad etage etapp eter etikett
etta eufori evig exakt examen exempel exotisk expert expo export express extra fabel fabrik fackla fader fagott fakir fakta faktura falk
famn fana fantasi farfar farin farled farmor farstu fart fasad fasan fasta fatta faun fauna favorit februari fedora fem femma fena ferie
fest fiber figur fika fikon fiktion fil filbunke film filosof filt finans finger fink firma fisk fixera fjord fjun flagga flamingo
flanell flaska flax fleece flicka flik flinta flit flock flod flotte fluffig fluga flugfiske flygel flykt flyta fokus folie folk fond
fordon forell form formel forntid fors fort forum fosfor fotboll fotograf foton frakt fransk fras fred fredag fregatt fresk frikort
frisk frisyr fritid front frost fru frukt frusen fryntlig frys fuga fuktig fundera fungera funkis furste furu fyr fyra fyrtorn fysik
gadd gaffel gala galant galax galler galon galopp galosch gamling gammal garage gardin garn garnison gas gasell gata gavel gecko gelatin
gem gen general genius genre geografi gepard gerbil gerilla geting giffel gigant gilla gips giraff girland gissa gitarr givmild gjuta
glad glans glas glass glasyr glatt glimma glimt glob gloria glukos gnagare gnejs gnista gnola gnu god godis golf golv gondol gorilla
gosedjur gosse gotisk grad graf gram grammatik gran granat granit granne grav grej gren grep grevinna grill gris groda grodd grotta
grund grupp grus gruva gryning gryta gul guld guldfisk gulna gummi gunga gurgla gurka guvernant gyllene gymnast gynna gyro hacka haj
hake haklapp hall hallon halm halsband halv hammare hammock hamster hand handduk handel handske hane hangar hantel hare harem harmoni
harpa harpun hasp hassel hast hatt hav havre havsbad hektar helg helium hem hemby hemlig hemvist herde hermelin herr hertig hibiskus
hicka himmel hind hink hippie hissa historia hit hjord hjort hjul hobby hockey hoj holk holme honung hopp hopprep horisont horn hotell
hovslag hugg humla humle hummer humor hund hundra hurra hus husbil husky huva huvud hyacint hyena hygglig hylla hylsa hymn hypnos hytt
hyvel ibis ide idol idrott idyll igelkott igloo ikon iller illusion impuls inblick index indigo industri inhemsk initial inkomst inland
inlopp insats insekt insida inslag inspark instinkt intag intro inuti invit isberg isbit isglass iskall island isolera istapp isvak
ivrig jacka jade jaguar jakt jalusi januari jargong jasmin jazz jeans jeep jobb jod jogga jojo joker jolle jonglera jord jordglob jubel
jubileum judo jul julafton julgran juli jumbo juni junior jurist jury just justera juvel kabel kabin kabinett kabyss kadett kaffe kajak
kajuta kaka kakao kakel kaktus kalas kalcium kaliber kalk kalkon kalufs kam kamel kamera kamfer kamin kamp kampanj kamrat kanal kandidat
kanel kanin kanna kanon kanot kansli kant kantarell kantat kapell kapital kapitel kappa kapris kapsel kapten karaff karakter karamell
karavan karbin kardan karm karneval karott karp karta kartong karusell kassa kasse kassett kast kastanj kastrull katalog katapult katt
kavaj kaviar kedja kelgris kelp kemi kemist kennel keps keramik kex kikare kilo kimono kines kiosk kisel kisse kista kitt kiwi kjol
klack klaff klang klarinett klass klimat klimp klinga klippa klister klo kloster klubb klump klunk kluster klyfta klyka knapp knaster
knekt knippe knopp knorr knota knut knyst kobolt kobra kock kod koffert kofta koja kokbok kokos kola kolibri kolja koll kollega kollo
koloni kolonn kolv kombi komet komik komma kommod kommun kompass kompost kondor konfetti konjak konsert konst konsul kontakt kontor
kontrast kontur konvoj kopia kopp koppar koral korg korint kork korn korp korridor korsett kort korv kosack kosmos kostym kotte krabba
kraft krage kram krans krater kreativ kredit krets kringla kristall krita kritik krog krokus krona kropp kruka krumelur krydda krypin
kryss kub kudde kugg kuliss kulle kulram kultur kund kung kupa kuplett kupol kurator kurs kurva kusin kusk kust kuvert kvadrat kvark
kvarn kvart kvarts kvast kvitter kvitto kvot kyckling kyla kylig kyrka labyrint lada ladda lager lagun lakan lakrits lama lamell lampa
land lanolin lansera larm larv lasagne laser lasso lasta lastbil latin lava lavendel lax led ledare ledig leende legend legering legion
lejon lektion lemonad lena leopard lera leta levande lexikon liknelse lila lilja lime limerick limpa lina lind lindans linje linne lins
liter litet liv livboj livlig livrem ljud ljum ljung ljus ljusstake lock loge logga logik lojal lokal lom lopp loppis lots lott lucia
lucka luffare luft lufta lugn lukt lunch lund lupin lur lussekatt lust luta luva lya lycka lyckost lydig lykta lyra lyrik lysa lyster
lyxig madrass magasin magi magma magnet mahogny maj majs makaron makrill mall malm malva mamma mammut mandarin mandel mandolin manege
manet mangan mangel mango mapp maraton mark marknad marmelad marmor marsch marsvin mask maskin maskros massa mast mat matbord match
matematik matsal matta maximal medalj medel medium medvind mejeri mejsel melodi melon memoar menageri mentor meny metall meteor meter
metod metro middag midja midnatt midsommar migrera mikrofon mil mild miljard mimik min mineral mini minimal minne minska minut mirakel
mix mixtur mobil mocka modell modem modern modig mogen moln molntuss moment monark monitor monster monsun moped mor morfar morgon mormor
morot morse mosaik moskit mossa motell motion motiv motor motorik mottagare mousse mugg mula mule mull mullvad mumie mumin mun mur
murare murmel mus musik muskel muskot mussla mustang mustasch mutter mygga mylla mynt mynta myra myrstack mysig mystik myt nagel namn
napp nation natt nattlampa natur navel navigera nebulosa nejlika nektar nerv netto neutral nicka nickel nisch nisse nittio noga nolla
nomad nord nordan nordpol norr nos not notblad novell november nudel nummer nyans nyckel nyfiken nyhet nylon nysning nytta oas obelisk
oboe ocean odla odling oktav oktober oliv olja ombord omega omelett omslag onsdag onyx opal opera optik orange ordbok orden ordning
oregano orgel original ork orkan orkester orkide orm ormbunk orre ort ost ostron oval ovan overall oxe oxid ozon padda paddel paket
palats palett palm panda panel pansar panter pantomim papaya pappa papper paprika papyrus parad paradis paragraf paraply pardans park
parkett parmesan part parti pasta pastej patent patron patrull paus pedal pelare pelargon pelikan pendel pengar penna pensel peppar
period permanent perrong persika persilja persisk person petunia piano picknick pigg pil pilgrim pilot pincett pingvin pinne pion pip
pipa pir pirat pirog piska pistasch pizza plan planet planka plansch plast plats platta plenum plog plommon plugg plunta plus plym
pocket podium poesi poet pojke pokal poker polar police polka pollen polo pomerans ponny pool popcorn poppel porslin port portal porter
portion post postbil potatis potta prakt praktik pralin prick prima primtal prins prisma problem produkt profil program prolog propeller
prosa prost prov prydlig pryl psalm publik puck pudding pudel puder puka pulka puls pulver puma pump pumpa punkt punsch pupill purpur
pussel pust puts pyjamas pylon pyramid pyssel python racket rad radar radie radio rak raket ram ramp ranch rand ransel rapp rapport rask
rast rastplats ratt reaktor rebus recept redig regel regent reggae region register regn regnbage rekord rektor relik reling renhet
repris reptil resa reserv resurs retro revansch revben revy riddare ridhus rigg riksdag rim rimfrost rimlig ring ringblom ris riskfri
rista ritning ritt ritual rival robin robot robust rock rodd roder rokoko rolig roll roman romb rondell ros rosa rosett rosmarin rost
rostfri rot rotor rotunda rovfisk rubel rubin rubrik rullbord rulle rum rumba rund runsten rusk russin rusta ruta rutin rygg ryggsim
rykte rymd rymlig rysk rytm rytmik sabel sadel saffran safir saft saga sagobok sakta sal salami sallad salong salt saltgurka salto
samarit samba samling samovar sand sandal sandbank sardin sarong satellit satin satir satsuma sax saxofon scen schack schal schema
schlager scout sedan segel segla segment segra sekel sekund selleri semester semla senap senat sensor september serie serum serv servett
session sextio sfinx sheriff sherry shorts show sida siden siffra signal signatur sil silke silo silver simma sinne sirap siren sits
sjunga sjuttio skafferi skaft skakig skal skala skald skarp skata skatbo sked skepp skida skiffer skift skiljas skimmer skinka skinn
skir skiss skiva skjorta sko skog skola skolbok skomakare skopa skorpa skorpion skorsten skotsk skott skrap skratt skrin skriva skrot
skrubb skruv skugga skulptur skylt skymning slalom slang slant slinga slips slipsten slogan slott slug slump slunga slup slussport slut
smak smal smaragd smed smet smidig smoking smultron snabb snabel snara snickare snigel snodd snok snurra sockel socker soda soffa soja
sol solbad soldat solig solo solros solstol sommar sonar sonat sond sonett soppa sopran sorbet sorl sort souvenir spade spalt spaning
spann spansk spargris spark sparris spegel spel spenat spets spik spindel spiral spirit spjut splitter spola sport spov spratt spray
spricka springa sprint spruta spurt stad stadig stadion staket stall stam stampa stans stapel start station statist stativ staty stav
steg stekpanna stel sten stenbock stencil stick stig stiga stil stilla stim stock stoft stoj stol stolpe stomme stopp stor stork storm
strand strateg streck strid strimma strof strosa struktur strumpa strut struts student studio stuga stund stuntman stygn styrka subtil
sultan summa sund surf surr svala svalka svamp svan svart svep svinga svit sylt symbol symfoni syn synvinkel syra syren syrsa system
syster tablett tack taft tagg takt taktik tal talang talgoxe talk tall tallrik talman tambur tand tandem tangent tango tank tanke tapet
tapir tappa tapper tass tavla taxi teak teater tecken teckna teflon tegel tejp teknik telefon teleskop tellus tema tempel tempo tenn
tennis tenor teori terass termin termos terrier test text textil tid tidig tidning tidvis tiger tillit timjan timme tinning tipi tistel
titel titta tivoli tjock tjugo tjusig toalett tobak toddy toffel tofs toga tolk toll tolv tomat tombola tomte ton tonfisk topas topp
torg torka torn torped torr torsdag torsk total totem traktor tralla tramp transport trappa trast trav tre trend triangel tribun trick
trio trippel triss triumf troll trolsk trombon tropik tropisk trubadur trumma trumpet trupp tryck tryffel trygg tuba tugga tull tulpan
tumlare tumme tumult tundra tunga tunn tunnel tupp tur turban turbin turist turkos turn tusen tuva tvilling tvist tweed tygel tyll tyngd
tyst udda udde uggla ugn ull ulv underbar undulat uniform unik union unison universum uppdrag upphov uppsats urban urberg urskog
ursprung urverk utbyte utflykt utgift uthus utkik utrop utsida utsikt utter vadmal vagga vagn vaja vaken vakt val valack valross vals
valv vana vandra vanilj vante vapen varg varm varsam varv vas vass vatten vaxduk veck vecka ved vedbod vegan vektor velour ventil
veranda verk verkstad vers version vessla vete veteran vibrera vicka video vik viking viktig vild vilja villa villig vimpel vin vinge
vink vinkel vinst vinter viol violin vippa virka virvel visa visir visit viska visp vissla vitamin vits vokal volt volym vred vrida
vrist vulkan vykort ylle yoga yogurt yrke yta yttre yxa zebra zenit zigzag zink zon zoolog zoom
`
  .trim()
  .split(/\s+/);
