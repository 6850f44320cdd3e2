"""The words by which a follow-up question is known, as tables of folded words."""

import re


def _compile(*tables: str) -> re.Pattern[str]:
    words = " ".join(tables).split()
    return re.compile("|".join(word.replace("*", r"\w*") for word in sorted(set(words))))


# Folded words; * stands for any ending. The three languages share the tables, because a follow-up
# may be in another language than the question before it.
OPENERS = _compile("and but so then also ok okay ve amma axi yaxsi peki pekala ya ama fakat tamam")
OPENING_PAIRS = {"what about", "how about", "what of", "ele ise", "o zaman", "o halda", "iyi de"}
PRONOUNS = _compile(
    """it its they them their he him his she these those this o onu onun ona onda ondan onunla
    onlar* bu bunu bunun buna bunda bundan bununla bunlar* hemin""",
)
OBJECTS = _compile("onu ona onlari onlara bunu buna bunlari bunlara")
PARTS = _compile("birincisi* ikincisi* ucuncusu* dorduncusu* besincisi* altincisi* sonuncusu*")
PLACES = _compile("there orada orda oradan oraya oradaki burada burda buradan buradaki")
# After these, "that" is a pronoun ("about that", "was that"), elsewhere it joins clauses.
BEFORE_THAT = _compile(
    "about of in on at for to with by after before during from is was are were did does do and but"
    " signed hosted reported said wrote opened"
)
NO_PRONOUN = re.compile(
    r"\b(?:bu|o) (?:gun|il|yil|ay|hefte|hafta|qeder|kadar|cumleden)\w*|\bthis (?:year|month|week)"
    r"|\b(?:is|was) it \w+ (?:to|that)\b|\bit (?:costs?|takes?|took|means?) to\b"
    r"|\b(?:is|are|was|were) there\b"
)
TALK = _compile("you your sen seni senin sene sana siz sizin kimsen kimsin kimsiniz")
ASKING = _compile(
    """what which who whom whose when where why how ne nedir neyi neye neyin nede neydi nece
    necedir neceye necenci* neler* kim kimdir kimi kime kimin kimler* kimdi hansi* hacan hara
    harada haradan haraya haradadir niye neden nicin nasil hangi* kac kaci kacinci* nere*""",
)
ASKING_IN_ENGLISH = _compile("what which who whom whose when where why how")
DEFINING = re.compile(r"\b(?:nedir|kimdir|kimlerdir|what (?:is|are)|who (?:is|are|was|were))\b")
FUNCTION = _compile(
    """a an the of in on at to for from by with as is are was were be been being do does did has
    have had will would can could should may might must or not no yes please tell me us i we my
    our about after before during under between through into than if any some only exactly
    actually really just still yet too now that there many much day* year* month* ise de da ki
    ucun ile gore kimi qeder barede haqqinda haqda erzinde zamani zaman sonra evvel uzre
    terefinden olan idi imis mi mu dir dur vaxt var yox xeyr beli deyil yalniz tekce hem her bir
    bele ele cok artiq hele yene mehz ci cu gun gunu gunde il ilde ilin ili ay ayda ayin veya icin
    kadar
    gibi dair iliskin hakkinda uzerine once sirasinda tarafindan yok evet hayir degil sadece
    boyle soyle hala yine tam acaba bile konusunda fazla yil yili yilda yilinda""",
)
# What is asked of a subject: these words alone name none.
ATTRIBUTES = _compile(
    """sign signed hold held host* take took taken part join joined attend* participa* start* began
    begin begun end ended open opened close* build built found founded create* establish*
    organis* organiz* propose* offer* say said tell told write wrote written report* mean* aim
    aims goal* purpose* result* reason* cause* date* place* city cities country countries name
    names author* source* article* view* opinion* document* agreement* treaty treaties protocol*
    project* exercise* drill* fair soldier* troop* people number* amount* cost* price* worth
    value* length long last lasted duration role* importance important effect* impact* benefit*
    content* topic* format side sides details main more example* else other others another both
    all each come came go went happen* provide* contain* include* mention* cover* made make
    makes give gave get got visit* list describe* explain* called force cross*""",
    """imza* baglan* bagland* kecir* kecib kecdi olub olur oldu olmus* olacaq basla* bitib bitdi
    acil* acib qurulub quruldu qurub yarad* yaran* hazirla* apar* istirak* qatil* qosul* celb*
    gelib geldi gedib getdi deyib deyir dedi yaz* bildir* goster* meqsed* netice* sebeb* tarix*
    yer* seher* olke* ad adi muellif* menbe* meqale* fikr* fikir* sened* sazis* protokol*
    layihe* telim* sergi* is isi isin esger* herbci* nefer* mebleg* qiymet* deyer* muddet*
    davam* ev sahib* esas* kilometr* km rol* ehemiyyet* tesir* fayda* mezmun* movzu* teref*
    etrafli melumat* izah* numune* misal* terif* tanim* anlayis* mena menasi vezife* basqa
    diger* daha elave hamisi teskil* verib verir verdi edib edir etdi edilib quvvede*
    munasibetle cekib cekdi cekir uzunlug* sert* bend* muddea* aciqla*""",
    """yapil* yapti yapiyor duzenl* gerceklestir* baslad* bitti kurul* kurdu katil* gitti soyle*
    diyor tarih* amac* hedef* sonuc* sebep* sehir* sehri kent* ulke* yazar* kaynak* makale* gorus*
    belge* anlasma* proje* tatbikat* fuar* asker askeri askerler* kisi* surdu suruyor tutar*
    fiyat* sure*
    surdu etki* icerik* konu konusu bicim* ayrinti* bilgi* ornek* baska onem* hepsi acilim*
    anlam* madde* hukum* kosul* maliyet* etti ediyor yururlukte* aldi geldi gelen""",
)
# In these articles every question is about some of them, so they tell no subject apart.
STATES = _compile(
    """azerbaycan* azerbaijan* turkiye* turkey* turkish turk turks ermeni* armenia* rusiya* rusya*
    russia* iran* gurcu* gurcistan* georgia* abs abd usa america* baki bakida baku* ankara*""",
)
ORDINALS = _compile(
    """first second third fourth fifth sixth seventh eighth birinci* ikinci* ucuncu* dorduncu*
    besinci* altinci* yeddinci* yedinci* sekkizinci* sekizinci* ilki sonuncu*""",
)
COURTESIES = _compile(
    """hello hi hey thank* bye goodbye great nice salam* merhaba* selam* tesekkur* sag ol sagol*
    minnetdar* xudahafiz aydindir anladim understood super ela edirem ederim""",
)
NAMED_BEFORE = re.compile(
    r"\b(?:soz konusu|adi (?:gecen|cekilen)|bahsi gecen|the (?:latter|former))\b"
)
SUFFIXED = re.compile(r"\d-[^\W\d]{1,4}")
YEAR = re.compile(r"(?:1[89]|20)\d\d(?!\d)")
LOCATIVE = re.compile(r"\w{3,}[dt][ae](?:ki)?")
