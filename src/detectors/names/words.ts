/** Words that tell what stands near them, in the languages that we read. */
import {
  ARTICLE,
  BESIDE,
  BRAND,
  DOES,
  FIRM,
  FIRM_FIRST,
  GIVEN,
  GIVEN_OFTEN,
  GREETS,
  LAND,
  NATION,
  PARTICLE,
  PLACE,
  PLACE_LABEL,
  PLAIN,
  ROLE,
  SAYS,
  STATE,
  STREET,
  STREET_FIRST,
  SUFFIX,
  SURNAME,
  THING,
  TITLE,
  UNIT,
  WHERE,
  WHO_LABEL,
} from './kinds.ts'

export const WORDS_BY_KIND: readonly (readonly [kind: number, words: string])[] = [
  // What begins sentences, and what headings and lists are made of.
  [
    PLAIN,
    `i a an the this that these those it its he she they we you his her their our your my me him them us who whom whose which what
    when where why how if then than so as at by for from in into of off on onto or nor and but not no yes to too up down out over
    under with without within about after again against all also although always am any anyone anything are aren around because been
    before being below between both can cannot could couldn did didn do does doesn doing don done during each either else even ever
    every everyone everything few first second third last next finally get gets give given go goes going good great had has have haven
    having here however just let lets like likely likewise made make makes many maybe might more moreover most much must my need needs
    neither never new now often once one only other others otherwise our own perhaps please previous rather really same see several
    shall should since some someone something sometimes soon still such sure thank thanks that there therefore thus though through
    today together tomorrow toward two three four five six seven eight nine ten unless until upon use used uses using usually very via want
    was wasn well were what whatever whenever whether while why will within won would yesterday yet you unlike despite according
    below above along among across another anyway apart aside based besides beyond considering consider create click choose
    add write explain describe summarize summarise translate list show tell find try ask asks answer question questions note notes example
    examples step steps chapter section figure table part page total date time name title subject re fw fwd number phone email mail
    fax website url http https www com org net error warning info debug true false null none undefined ok okay sorry wow oh ah hey hi hello
    hola bonjour hallo ciao dear regards sincerely cheers best kind yours warm congratulations welcome happy merry
    january february march april june july august september october november december monday tuesday wednesday thursday friday
    saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun christmas easter
    gotta gonna wanna nah yeah yep nope lol im ive id ill youre thats dont cant whats lets isnt
    el la los las un una unos unas lo al del y o u en con sin por para como que cual cuando donde si no se su sus mi mis tu tus es son
    era fue ha han hay este esta estos estas ese esa esto eso aquel muy tambien pero mas sobre entre desde hasta segun tras durante ante
    le les des du au aux et ou mais dans sur sous avec sans pour par ce cet cette ces il elle ils elles nous vous je tu mon ma mes ton
    ta tes son sa ses notre votre leur leurs est sont etait qui quoi dont ne pas plus
    der die das den dem des ein eine einen einem einer eines und oder aber nicht ist sind war waren wird werden hat haben ich du er sie
    es wir ihr mein dein sein unser euer mit ohne fur gegen auf an in im am zum zur von vom aus bei nach vor seit bis uber unter zwischen
    durch wenn dann wie was wer wo warum auch noch nur schon sehr bitte danke heute morgen gestern hier dort dieser diese dieses
    il lo gli una uno di da nel nella dei delle degli della dello che chi non piu ma anche se come dove quando perche per con su tra fra
    sono era stato questo questa questi quello quella mio tuo suo nostro vostro
    het een van op te met voor door naar bij uit over onder maar dat dit deze die niet wel ook nog al als dan toen waar wie wat hoe
    en och att det som pa av till med om fran eller men inte ar var har jag vi ni han hon den ett
    og i er ikke jeg de et til fra om som pa av ved hvis ma skal vil kan
    w z na do od po przy za dla bez przez pod nad o u i oraz lub albo ale nie jest sa byl byla bylo byc to ten ta te ci tym tego tej co kto
    jak gdzie kiedy czy juz tylko sie jego jej ich pan prosze dziekuje sprawe
    enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre lunes martes miercoles jueves
    viernes sabado domingo janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi
    vendredi samedi dimanche januar februar marz juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre stycznia lutego marca kwietnia maja czerwca lipca sierpnia
    wrzesnia pazdziernika listopada grudnia servicio departamento paciente dolor pulso presentamos correo direccion telefono tel tfno fecha edad sexo nhc nass cp varon mujer hombre nino nina informe historia motivo antecedentes exploracion episodio especialidad urgencias adolescente anatomia patologica sala dicho dicha remitido responsable datos unidad urologia neurologia
    os as um uma do da dos das no na nos nas em com sem por para ao aos`,
  ],
  [
    TITLE,
    `mr mrs ms miss mx dr doctor prof professor sir madam dame lord lady rev reverend fr father hon judge justice capt captain lt
    lieutenant sgt sergeant col colonel gen general cpl pvt maj major officer detective herr frau herrn hr fru senor senora senorita
    sr sra srta don dona dra monsieur madame mademoiselle mme mlle signor signora signore sig dott dottor dottoressa avv ing pan pani
    pana mgr inz meneer mevrouw dhr mevr mw frk senhor senhora king queen prince princess pope saint president senator sen rep
    congressman governor gov mayor ssr`,
  ],
  [SUFFIX, 'jr sr ii iii iv md phd dds dvm esq mba rn cpa dphil msc bsc'],
  [
    PARTICLE,
    'des dels nad pri am sur sous upon ob bei v na u van von de der den del della di da do dos das du la le los las el al bin ibn ben bint af av zu zum ter ten te st y e dela degli delle',
  ],
  [
    FIRM,
    `inc corp corporation llc llp ltd limited plc gmbh ag kg ohg sarl sas spa srl bv nv ab oy oyj asa aps sp spolka pty pvt company
    co group holding holdings bank university college institute institut institution foundation association society academy agency
    ministry department bureau commission committee council authority federation union league club party partners associates
    consulting capital ventures fund trust insurance airlines airways motors industries enterprises technologies technology systems
    solutions software labs laboratories networks studios records pictures entertainment media press times herald tribune journal news
    magazine gazette radio television channel hospital clinic medical center centre school church museum library theatre theater orchestra court police army navy
    organization organisation organisations services service international stores supermarket restaurant hotel brothers bros sons
    hochschule krankenhaus sparkasse verein verlag stiftung`,
  ],
  [
    FIRM | FIRM_FIRST,
    `universidad universite universitat universita uniwersytet banco banque ministerio hospital instituto centro
    fundacion fundacio asociacion sociedad complejo clinica ambulatorio consultorio sanatorio facultad colegio escuela ecole lycee
    hopital ministere ospedale azienda sad szpital urzad fabryka przychodnia szkola spoldzielnia uniwersytecki`,
  ],
  [
    LAND,
    `north south east west northern southern eastern western central upper lower new san santa santo sao saint st los las el port fort
    mount mt lake river bay cape gulf ocean sea island islands isle valley hills hill mountain mountains county city town village
    province region district state republic kingdom peninsula desert canyon creek falls forest national park beach coast harbor
    harbour springs heights township airport gmina powiat woj wojewodztwo`,
  ],
  [
    STREET,
    `street st avenue ave road rd boulevard blvd lane ln drive dr court ct circle cir way place pl terrace ter square sq crescent close
    gardens gate grove mews parade row walk highway hwy parkway pkwy trail alley plaza turnpike crossing pike loop path ridge view
    mill mills bridge park hollow meadow meadows glen green heights hills hill island isle junction keys knoll landing manor mission
    motorway orchard oval overpass passage pass pine pines plain plains point port prairie ranch rapids rest river roads route run shoal
    shore shores skyway spring springs spur spurs station stravenue stream summit throughway trace track trafficway tunnel underpass
    union unions u ut rkp utca krt strasse terrasse valley valleys via viaduct village ville vista well wells burg bypass camp canyon cape causeway center centers cliff
    cliffs club common commons corner corners course cove creek crest dale dam divide estate estates expressway extension fall falls ferry
    field fields flat flats ford fords forest forge forges fork forks fort freeway garden gateway harbor haven inlet lake lakes land
    light lights locks lodge mall mount mountain neck parkways radial ramp squares streets throughway tree`,
  ],
  [
    STREET | STREET_FIRST,
    'calle avenida avda avd av ctra carrer passeig praza pza plza cl cra carrera glorieta rambla pg paseo plaza camino carretera ronda travesia rua rue via chemin quai impasse allee cours viale corso piazza vicolo strada largo ulica ul aleja al os pl plac osiedle rondo skwer',
  ],
  [
    UNIT,
    'apt apartment suite ste unit floor fl room rm building bldg lot dept po box psc piso puerta lok lokal m bajo bajos der derecha dcha izq izda izquierda esc escalera portal bloque atico entlo pta pts mieszkanie flat wohnung etage escalier batiment',
  ],
  [
    SAYS,
    `said says told asked asks replied replies wrote writes writing explained explains shouted shouts answered answers added adds
    announced announces argued argues claimed claims insisted insists noted notes recalled recalls suggested suggests tweeted warned
    warns whispered yelled laughed smiled thinks thought believes believed feels felt knows knew loves loved hates hated wants
    wanted likes decided married died lives lived works worked listed plays played sang sings speaking talking called
    listened born nodded sighed admitted confirmed criticized described dijo dice sagte sagt meinte dit disse powiedzial
    can could would please who whose shows herself himself`,
  ],
  [
    ROLE,
    `producer singer songwriter guitarist drummer bassist pianist composer conductor actor actress director writer author poet novelist
    artist painter photographer architect engineer scientist researcher economist historian philosopher journalist reporter editor
    columnist critic analyst president chairman chairwoman chair chief ceo cto cfo founder founders cofounder manager boss coach captain
    striker goalkeeper midfielder defender champion president minister secretary chancellor ambassador spokesman spokeswoman
    spokesperson leader deputy attorney lawyer prosecutor judge officer detective agent nurse doctor surgeon dentist patient patients
    client customer employee colleague coworker teacher student pupil professor friend friends neighbor neighbour neighbors wife
    husband son daughter brother sister mother father mom mum dad uncle aunt cousin nephew niece grandmother grandfather grandma
    grandpa girlfriend boyfriend fiance fiancee partner spouse kid child baby boy girl guy man woman named name called featuring feat
    features starring hero heroine fan mr contact tenant landlord applicant candidate defendant plaintiff witness victim suspect
    paciente medico doctora enfermera hermano hermana hijo hija padre madre marido esposa mujer amigo amiga paciente llamado llamada
    patientin kollege kollegin freund freundin bruder schwester sohn tochter vater mutter
    ami amie frere soeur fils fille pere mere mari femme nomme prowadzi`,
  ],
  [
    GREETS,
    'hi hello hey dear hola bonjour hallo ciao regards sincerely cheers thanks thank love yours respectfully liebe lieber estimado estimada querido querida cher chere drogi droga caro cara goodbye bye welcome',
  ],
  [
    WHERE,
    'in from to near at around outside inside toward towards visit visiting visited via across throughout lives living live reached leave leaving left nach aus en dans desde hacia aux vers till fran z w do',
  ],
  [
    WHO_LABEL,
    `name names surname forename firstname lastname fullname givenname familyname middlename username maidenname patient client customer
    employee user speaker author contact recipient sender attn attention beneficiary guardian cardholder holder owner applicant signed
    by nombre nombres apellido apellidos paciente medico doctor titular firmado remitente destinatario
    nom prenom prenoms patiente auteur signataire destinataire vorname nachname familienname ansprechpartner unterzeichner patientin
    nome cognome paziente medico naam voornaam achternaam imie nazwisko imiona pacjent autor zarzadu przewodniczacy
    namn fornamn efternamn navn fornavn etternavn efternavn nimi etunimi sukunimi`,
  ],
  [
    PLACE_LABEL,
    'city town country state province county region location localidad provincia pais ciudad municipio poblacion estado ville pays ort stadt land bundesland wohnort citta paese comune plaats woonplaats miasto miejscowosc kraj birthplace nacimiento',
  ],
  [
    DOES,
    'is was has had will would does did just never always often went goes came comes got gets took takes gave made makes left moved joined became becomes began started tried hopes decided went met bought sold sent found lost kept held ran',
  ],
  [
    THING,
    `god jesus bible internet web english python java javascript typescript rust ruby perl kotlin swift scala haskell linux unix windows
    android ios macos ubuntu debian docker kubernetes react angular vue django flask spring laravel rails node express redis postgres
    postgresql mysql mongodb sqlite kafka spark hadoop elasticsearch git gitlab jenkins terraform ansible chrome firefox safari excel
    word powerpoint outlook photoshop wordpress bitcoin ethereum blockchain covid api json html css xml sql pdf csv http usa uk eu un
    ai ml gpu cpu ram dna rna hiv aids nasa nato ceo cto cfo hr vp faq diy tv dvd cd pc lol omg wtf imho asap eta fyi
    mac osx claude gemini grok llama copilot alexa siri cortana chatgpt gpt midjourney max pro plus earth mars venus jupiter saturn moon sun mercury neptune pluto wikipedia youtube gmail yelp`,
  ],
  [
    BRAND,
    `google microsoft amazon apple facebook meta twitter netflix intel ibm oracle nvidia samsung sony toyota honda ford tesla boeing airbus
    siemens bosch volkswagen bmw nokia ericsson adobe salesforce spotify uber airbnb paypal mastercard walmart starbucks
    mcdonalds nike adidas pepsi openai anthropic deepmind linkedin instagram tiktok snapchat whatsapp reuters bloomberg cnn bbc nbc cbs
    fbi cia nsa irs fda cdc who unicef unesco opec nfl nba nhl mlb fifa uefa`,
  ],
  [
    NATION,
    'christian christians catholic catholics protestant protestants orthodox jewish jew jews muslim muslims islamic hindu hindus buddhist buddhists sikh sikhs atheist atheists republican republicans democrat democrats conservative conservatives european europeans asian asians african africans american americans arab arabs arabic latino latina hispanic scandinavian kurdish palestinian tibetan basque catalan flemish scottish welsh english irish british dutch french german greek italian spanish polish chinese japanese korean russian turkish',
  ],
  [
    PLACE,
    `washington phoenix dallas houston denver detroit miami boston cleveland oakland memphis europe asia africa america americas antarctica oceania england scotland wales britain usa alabama alaska arizona arkansas california
    colorado connecticut delaware florida hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan
    minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont wisconsin wyoming
    ontario quebec manitoba saskatchewan alberta bavaria catalonia andalusia tuscany lombardy brittany normandy provence siberia
    czechoslovakia yugoslavia ussr holland burma persia brooklyn manhattan hollywood`,
  ],
  [
    PLACE,
    'madrid barcelona sevilla valencia bilbao zaragoza malaga murcia warszawa krakow wroclaw poznan gdansk lodz munchen koln wien zurich geneve roma milano napoli torino firenze venezia bruxelles lisboa praha moscow moskva kyiv athens',
  ],
  [
    STATE,
    'al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc ab bc mb nb nl ns nt nu on pe qc sk yt nsw vic qld aa ae ap',
  ],
  [
    ARTICLE,
    'the a an this that these those each every any some no its our your their el la los las un una der die das ein eine le les il lo gli de het een',
  ],
  [
    BESIDE,
    'by with and for told asked met meet call calls called ask tell thank thanks email between starring feat featuring versus vs against love married know knows about given y und et e i para con mit avec von',
  ],
  // Given names that the tables of the United States lack, or have as words: for text in Polish, and inflected there.
  [
    GIVEN | GIVEN_OFTEN,
    `piotr pawel krzysztof andrzej tomasz marcin michal marek grzegorz jerzy tadeusz lukasz zbigniew ryszard kazimierz mateusz wojciech
    jakub maciej katarzyna malgorzata agnieszka krystyna barbara ewa elzbieta zofia jadwiga danuta halina joanna beata dorota
    monika magdalena jolanta grazyna bozena aleksandra karolina natalia zuzanna stanislaw henryk jozef marka markowi markiem pawla pawlowi pawlem piotra piotrowi piotrem piotrze ewy ewie ewe`,
  ],
  [
    SURNAME | GIVEN,
    'nowak kowalski kowalska wisniewski wisniewska wojcik kowalczyk kaminski kaminska lewandowski lewandowska zielinski zielinska szymanski szymanska wozniak dabrowski dabrowska kozlowski jankowski mazur krawczyk baran zajac',
  ],
]

/** Places of several words. */
export const PLACES_OF_WORDS = [
  'new york',
  'los angeles',
  'new jersey',
  'new mexico',
  'new hampshire',
  'north carolina',
  'south carolina',
  'north dakota',
  'south dakota',
  'west virginia',
  'rhode island',
  'new zealand',
  'new england',
  'british columbia',
  'nova scotia',
  'new brunswick',
  'hong kong',
  'south korea',
  'north korea',
  'united states',
  'united kingdom',
  'great britain',
  'northern ireland',
  'middle east',
  'latin america',
  'north america',
  'south america',
  'central america',
  'southeast asia',
  'western europe',
  'eastern europe',
  'soviet union',
  'west bank',
  'tel aviv',
  'washington dc',
  'new orleans',
  'las vegas',
  'san francisco',
  'san diego',
  'san jose',
  'st louis',
  'buenos aires',
  'rio de janeiro',
  'cape town',
  'new delhi',
  'mexico city',
  'puerto rico',
  'czech republic',
  'ivory coast',
  'sri lanka',
  'saudi arabia',
  'estados unidos',
]
