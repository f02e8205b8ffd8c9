"""Which words are months and weekdays, in English, German, French and Spanish?"""

_MONTHS = (
    "january|jan|januar|jänner|janvier|janv|enero|ene",
    "february|feb|februar|février|fevrier|févr|fév|febrero",
    "march|mar|märz|maerz|mrz|mars|marzo",
    "april|apr|avril|avr|abril|abr",
    "may|mai|mayo",
    "june|jun|juni|juin|junio",
    "july|jul|juli|juillet|juil|julio",
    "august|aug|août|aout|agosto|ago",
    "september|sep|sept|septembre|septiembre|setiembre",
    "october|oct|oktober|okt|octobre|octubre",
    "november|nov|novembre|noviembre",
    "december|dec|dezember|dez|décembre|decembre|déc|diciembre|dic",
)
_WEEKDAYS = (
    "monday|mondays|mon|montag|montags|lundi|lunes|星期一|周一|礼拜一",
    "tuesday|tuesdays|tue|tues|dienstag|dienstags|mardi|martes|星期二|周二|礼拜二",
    "wednesday|wednesdays|wed|mittwoch|mittwochs|mercredi|miércoles|星期三|周三|礼拜三",
    "thursday|thursdays|thu|thur|thurs|donnerstag|donnerstags|jeudi|jueves|星期四|周四|礼拜四",
    "friday|fridays|fri|freitag|freitags|vendredi|viernes|星期五|周五|礼拜五",
    "saturday|saturdays|sat|samstag|samstags|sonnabend|samedi|sábado|sábados|星期六|周六|礼拜六",
    "sunday|sundays|sun|sonntag|sonntags|dimanche|domingo|domingos|星期日|星期天|周日|礼拜天|礼拜日",
)
MONTHS = {name: n for n, names in enumerate(_MONTHS, 1) for name in names.split("|")}
WEEKDAYS = {name: n for n, names in enumerate(_WEEKDAYS) for name in names.split("|")}
# Without a day or a year beside them these are other words more often than months or weekdays.
UNSURE_ALONE = frozenset(
    "may march mar mars jan jun jul aug sep sept oct nov dec dez dic ene ago abr avr apr feb mai "
    "mon sun sat wed fri tue thu ener juil janv fév déc janv august".split()
)
