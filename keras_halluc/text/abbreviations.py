"""Abbreviations of English, German, French and Spanish, by what a full stop behind them means."""

# All in lower case and without the last stop.
# What follows belongs to them: titles, and what stands before a name or within a sentence.
ALWAYS = frozenset(
    "mr mrs ms messrs dr prof rev hon gen col sgt capt lt cmdr adm maj sen rep gov pres supt st "
    "mt vs e.g "
    "i.e cf fig figs vol pp eds approx ca viz "
    "z.b d.h u.a s.o s.u i.d.r z.t u.ä o.ä m.e v.a bzw ggf ggfs evtl inkl exkl zzgl vgl bspw sog "
    "insb lt geb gest verh hrsg dipl ing hl frl hr fr nr nrn bd abb "
    "mme mmes mlle mlles mgr env éd réf tél p.ex c.-à-d "
    "sra srta sres sras dña dra dras ud uds p.ej aprox avda núm núms pág págs lic arq gral ee "
    "av".split()
)
# What follows belongs to them if it is a number: "Art. 5", but "He loves art."
BEFORE_NUMBER = frozenset(
    "art arts abs sec secs sect ch chs chap chaps cap caps kap para paras par eq eqs tab ref "
    "refs ex app cl pt pts no "
    "nos nr n nº ziff rn rdnr rz anm lit al tit tít inc disp ed aufl bd bde s ss p pg l ll v vv "
    "f ff tel aprt apt "
    "str fn note v.chr n.chr num pag pags máx mín max min stat reg op lect vers strophe k bk "
    "bks q ser "
    "lfd pos bl beil anl ersch §".split()
)
# A sentence may end with them: it does if what follows begins one.
MAY_END = frozenset(
    "etc usw u.s.w ff a.m p.m u.s u.k u.n e.u d.c l.a n.y ph.d m.d b.a m.a b.c a.d b.c.e c.e "
    "inc ltd co corp bros "
    "llc plc s.a gmbh jr sr al dept univ assn est ft mio mrd tsd std sek str tel chr v.chr n.chr "
    "j.-c c.v uu a.c d.c ee.uu rr.hh cía jan feb mar apr jun jul aug sep sept oct nov dec okt "
    "dez mär "
    "févr janv avr juil déc ene abr ago dic hrs ave blvd rd "
    "tue tues thu thur thurs jh jhd jhdt".split()
)
# Words that begin a sentence and hardly a name, a title or what is counted.
STARTS_SENTENCE = frozenset(
    "the a an this that these those there then it he she they we you i his her its their our my "
    "your in on at "
    "by for from with without after before during since until when while where why how what who "
    "which if as "
    "but and or so yet however moreover furthermore therefore thus meanwhile later afterwards "
    "finally "
    "today yesterday tomorrow now soon once only also another other some many most all both "
    "each every no "
    "nobody nothing one two three several "
    "der die das ein eine einer eines er sie es wir ihr ich dann danach daraufhin dort da dies "
    "diese dieser dieses "
    "im am zum zur bei nach seit vor für mit aber und oder doch auch jedoch später heute "
    "gestern morgen "
    "seine ihre sein ihr man wer was wo wie wann warum alle viele einige kein keine nur schon "
    "noch "
    "il elle ils elles on le la les l un une des ce cet cette ces nous vous je tu son sa ses "
    "leur leurs puis "
    "ensuite après avant alors mais et ou donc car dans à au aux en pour avec depuis quand où "
    "qui que hier "
    "aujourd'hui demain tous "
    "él ella ellos ellas el los las un una unos unas lo este esta estos estas ese esa eso esto "
    "su sus "
    "luego después entonces pero y o si cuando donde como hoy ayer mañana también más por para "
    "todos nadie".split()
)
# Behind one letter a name may follow, and some of these are names: "J. Le Clézio", "J. He".
BEGINS_BEHIND_INITIAL = frozenset(
    "the this that these those there then it they she we however moreover its their our but and "
    "dann danach aber daraufhin puis ensuite mais luego después pero".split()
)
# What stands before a German ordinal: "in der 1. Bundesliga", "ihr 3. Kind".
BEFORE_ORDINAL = frozenset(
    "der die das den dem des im vom zum zur beim ins ein eine einer einem einen eines sein seine "
    "seinem seinen seiner ihr ihre ihrem ihren ihrer unser unsere unserem unseren unserer mein "
    "meine meinem meinen dieser dieses diesem diesen jeder jedes jedem jeden".split()
)
